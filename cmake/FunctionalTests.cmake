include_guard(GLOBAL)

#[=[
add_functional_tests(<tree> <tree build folder>)
------------------------------------------------

Makes `<build>/test/functional` the tree's functional test suite, run against the executables in
`<build>/bin`, and a `<build>/test/config.ini` that differs from the tree's only in folders it names.

The tests are links to the tree's files. A tree that `mpbitcoin source` unpacked is shared, and its
tests are copies: Python writes compiled modules beside modules, and root can write everywhere.
#]=]
function(add_functional_tests tree tree_build)
  set(config "${tree_build}/test/config.ini")
  if(NOT EXISTS "${config}")
    message(FATAL_ERROR "The Bitcoin Core tree wrote no ${config}: its layout is unknown.")
  endif()
  file(READ "${config}" text)
  string(REPLACE "\nBUILDDIR=${tree_build}\n" "\nBUILDDIR=${CMAKE_BINARY_DIR}\n" text "${text}")
  # The tree does not know our executables.
  string(REPLACE "\n#ENABLE_BITCOIND=true" "\nENABLE_BITCOIND=true" text "${text}")
  if(TARGET bitcoin-wallet)
    string(REPLACE "\n#ENABLE_WALLET_TOOL=true" "\nENABLE_WALLET_TOOL=true" text "${text}")
  endif()
  if(TARGET bitcoin-cli)
    string(REPLACE "\n#ENABLE_CLI=true" "\nENABLE_CLI=true" text "${text}")
  endif()

  # Remove dangling links of another tree or version.
  set(tests "${CMAKE_BINARY_DIR}/test")
  file(REMOVE_RECURSE "${tests}/functional" "${tests}/sanitizer_suppressions" "${tests}/source")
  _is_shared(shared "${tree}")
  if(shared)
    _copy_tests("${tree}" "${tests}")
    string(REPLACE "=${tree}\n" "=${tests}/source\n" text "${text}")
    string(REPLACE "=${tree}/" "=${tests}/source/" text "${text}")
  else()
    _link_tests("${tree}" "${tests}")
  endif()
  file(CONFIGURE OUTPUT "${tests}/config.ini" CONTENT "${text}" @ONLY)
endfunction()

# Whether `mpbitcoin source` unpacked the tree: it keeps a listing of the files beside it.
function(_is_shared variable tree)
  cmake_path(GET tree FILENAME name)
  cmake_path(GET tree PARENT_PATH folder)
  set(${variable} OFF PARENT_SCOPE)
  if(EXISTS "${folder}/.${name}.json")
    set(${variable} ON PARENT_SCOPE)
  endif()
endfunction()

# Copies the tests to <folder>, and makes <folder>/source the tree that they use: copies of what has
# Python programs, links to all else.
function(_copy_tests tree folder)
  set(
    permissions
    OWNER_READ
    OWNER_WRITE
    OWNER_EXECUTE
    GROUP_READ
    GROUP_EXECUTE
    WORLD_READ
    WORLD_EXECUTE
  )
  file(GLOB entries RELATIVE "${tree}" "${tree}/*")
  list(REMOVE_ITEM entries contrib share test)
  file(MAKE_DIRECTORY "${folder}/source")
  foreach(entry IN LISTS entries)
    file(CREATE_LINK "${tree}/${entry}" "${folder}/source/${entry}" SYMBOLIC)
  endforeach()
  file(CREATE_LINK .. "${folder}/source/test" SYMBOLIC)
  # The tree's folders are read-only.
  file(
    COPY "${tree}/test/functional" "${tree}/test/sanitizer_suppressions"
    DESTINATION "${folder}"
    DIRECTORY_PERMISSIONS ${permissions}
    PATTERN "__pycache__"
    EXCLUDE
  )
  file(
    COPY "${tree}/contrib" "${tree}/share"
    DESTINATION "${folder}/source"
    DIRECTORY_PERMISSIONS ${permissions}
    PATTERN "__pycache__"
    EXCLUDE
  )
endfunction()

# Makes <folder>/functional a folder of links to the tree's tests, which their owner edits.
function(_link_tests tree folder)
  file(GLOB_RECURSE files RELATIVE "${tree}/test" "${tree}/test/functional/*")
  list(FILTER files EXCLUDE REGEX "/__pycache__/|/\\.")
  foreach(file IN LISTS files)
    cmake_path(GET file PARENT_PATH below)
    file(MAKE_DIRECTORY "${folder}/${below}")
    file(CREATE_LINK "${tree}/test/${file}" "${folder}/${file}" SYMBOLIC)
  endforeach()
endfunction()
