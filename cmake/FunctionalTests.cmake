include_guard(GLOBAL)

#[=[
add_functional_tests(<tree> <tree build folder>)
------------------------------------------------

Makes `<build>/test/functional` the tree's functional test suite, run against the executables in
`<build>/bin`: a folder of links to the tree's files, and a `<build>/test/config.ini` that differs
from the tree's only in the build folder it names.
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
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/test/config.ini" CONTENT "${text}" @ONLY)

  # Remove dangling links of another tree or version.
  file(REMOVE_RECURSE "${CMAKE_BINARY_DIR}/test/functional")
  file(GLOB_RECURSE files RELATIVE "${tree}/test" "${tree}/test/functional/*")
  list(FILTER files EXCLUDE REGEX "/__pycache__/|/\\.")
  foreach(file IN LISTS files)
    cmake_path(GET file PARENT_PATH folder)
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/test/${folder}")
    file(CREATE_LINK "${tree}/test/${file}" "${CMAKE_BINARY_DIR}/test/${file}" SYMBOLIC)
  endforeach()
endfunction()
