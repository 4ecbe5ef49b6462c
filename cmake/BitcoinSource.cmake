include_guard(GLOBAL)

include(ShellWords)

#[=[
locate_bitcoin_source(<variable>)
---------------------------------

Sets <variable> to the real path of the Bitcoin Core tree to build from, BITCOIN_VERSION to the
version it states, and shows both.

Without `-DBITCOIN_SOURCE_DIR=` it is the pinned tree that belongs to the depends prefix, which its
toolchain file names: depends fetches, verifies and unpacks it. The tree must be Bitcoin Core 30 or
newer. No tree, and anything else, is a fatal error.
#]=]
function(locate_bitcoin_source variable)
  set(
    BITCOIN_SOURCE_DIR
    ""
    CACHE PATH
    "Bitcoin Core tree to build from. Empty: the pinned one in the cache."
  )
  if(BITCOIN_SOURCE_DIR)
    set(tree "${BITCOIN_SOURCE_DIR}")
    set(origin "as given")
  elseif(DEPENDS_BITCOIN_SOURCE_DIR AND EXISTS "${DEPENDS_BITCOIN_SOURCE_DIR}")
    set(tree "${DEPENDS_BITCOIN_SOURCE_DIR}")
    set(origin "pinned")
  else()
    _fail_without_tree()
  endif()

  file(REAL_PATH "${tree}" tree BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(NOT EXISTS "${tree}/src/bitcoind.cpp" OR NOT EXISTS "${tree}/CMakeLists.txt")
    message(
      FATAL_ERROR
      "${tree} is not a Bitcoin Core source tree.\n"
      "To resolve, choose one of the following:\n"
      "  - Pass the folder of Bitcoin Core's CMakeLists.txt: -DBITCOIN_SOURCE_DIR=<folder>\n"
      "  - Use the pinned tree: -UBITCOIN_SOURCE_DIR"
    )
  endif()
  _bitcoin_version("${tree}" version)
  if(version VERSION_LESS 30.0)
    set(
      words
      cmake
      -S
      "${tree}"
      -B
      "build-${version}"
    )
    if(CMAKE_TOOLCHAIN_FILE)
      list(APPEND words "--toolchain=${CMAKE_TOOLCHAIN_FILE}")
    endif()
    shell_words(command ${words})
    message(
      FATAL_ERROR
      "The Bitcoin Core tree ${tree} is version ${version}; this project needs 30.0 or newer.\n"
      "To resolve, choose one of the following:\n"
      "  - Use the pinned tree: -UBITCOIN_SOURCE_DIR\n"
      "  - Build the older tree alone: ${command}"
    )
  endif()
  message(STATUS "Bitcoin Core tree: ${tree} (${version}, ${origin})")
  set(${variable} "${tree}" PARENT_SCOPE)
  set(BITCOIN_VERSION "${version}" PARENT_SCOPE)
endfunction()

# The fatal error for a configuration that names no tree.
function(_fail_without_tree)
  if(CMAKE_TOOLCHAIN_FILE)
    set(reason "the toolchain file ${CMAKE_TOOLCHAIN_FILE} has none")
  else()
    set(reason "there is no toolchain file, which would have one")
  endif()
  message(
    FATAL_ERROR
    "No Bitcoin Core tree to build from: ${reason}.\n"
    "To resolve, choose one of the following:\n"
    "  - Build the depends prefix, and configure with the toolchain file that it names:\n"
    "      make -C depends NO_QT=1 MULTIPROCESS=1\n"
    "  - Name a tree, for instance the pinned one:\n"
    "      -DBITCOIN_SOURCE_DIR=\"$(./mpbitcoin source bitcoin-core)\""
  )
endfunction()

# Version "<major>.<minor>" that the tree's CMakeLists.txt states; "0" when it states none.
function(_bitcoin_version tree variable)
  set(version 0)
  file(STRINGS "${tree}/CMakeLists.txt" lines REGEX "^set\\(CLIENT_VERSION_(MAJOR|MINOR) [0-9]+\\)")
  if(lines MATCHES "MAJOR ([0-9]+)")
    set(version "${CMAKE_MATCH_1}")
    if(lines MATCHES "MINOR ([0-9]+)")
      string(APPEND version ".${CMAKE_MATCH_1}")
    endif()
  endif()
  set(${variable} "${version}" PARENT_SCOPE)
endfunction()
