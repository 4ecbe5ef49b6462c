include_guard(GLOBAL)

include(CommandLine)

#[=[
locate_bitcoin_source(<variable>)
---------------------------------

Sets <variable> to the real path of the Bitcoin Core tree to build from, BITCOIN_VERSION to the
version it states, and shows both.

Without `-DBITCOIN_SOURCE_DIR=` it is the pinned tree of the line that the depends prefix serves:
`mpbitcoin source bitcoin-core` fetches, verifies and unpacks it when the cache does not have it yet,
and prints its path on the last line.
The tree must be Bitcoin Core 30 or newer: anything else is a fatal error.
#]=]
function(locate_bitcoin_source variable)
  set(
    BITCOIN_SOURCE_DIR
    ""
    CACHE PATH
    "Bitcoin Core tree to build from. The pinned one, kept in the cache, when empty."
  )
  if(BITCOIN_SOURCE_DIR)
    set(tree "${BITCOIN_SOURCE_DIR}")
    set(origin "as given")
  else()
    _pinned_bitcoin_source(tree)
    set(origin "pinned")
  endif()

  file(REAL_PATH "${tree}" tree BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(NOT EXISTS "${tree}/src/bitcoind.cpp" OR NOT EXISTS "${tree}/CMakeLists.txt")
    message(
      FATAL_ERROR
      "${tree} is not a Bitcoin Core source tree.\n"
      "To resolve, choose one of the following:\n"
      "  - Give the folder that holds Bitcoin Core's CMakeLists.txt: -DBITCOIN_SOURCE_DIR=<folder>\n"
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
      "The Bitcoin Core tree ${tree} is version ${version}; 30.0 or newer is needed.\n"
      "To resolve, choose one of the following:\n"
      "  - Use the pinned tree: -UBITCOIN_SOURCE_DIR\n"
      "  - Build the older tree by itself: ${command}"
    )
  endif()
  message(STATUS "Bitcoin Core tree: ${tree} (${version}, ${origin})")
  set(${variable} "${tree}" PARENT_SCOPE)
  set(BITCOIN_VERSION "${version}" PARENT_SCOPE)
endfunction()

# Path of the pinned tree, as the project's command line prints it.
function(_pinned_bitcoin_source variable)
  set(line "")
  if(DEPENDS_BITCOIN_LINE)
    set(line "--bitcoin-line=${DEPENDS_BITCOIN_LINE}")
  endif()
  run_mpbitcoin(output source bitcoin-core ${line})
  string(REGEX REPLACE "^.*\n" "" last_line "${output}")
  set(${variable} "${last_line}" PARENT_SCOPE)
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
