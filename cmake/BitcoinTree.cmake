include_guard(GLOBAL)

#[=[
add_bitcoin_tree(<tree>)
------------------------

Adds the unmodified Bitcoin Core tree as the subdirectory `bitcoin` of the build folder. Only
parts that our targets need are built. Sets our defaults of its options, which the toolchain file and
the user override; writes nothing inside <tree>.

Sets BITCOIN_BINARY_DIR, the tree's own build folder.
#]=]
function(add_bitcoin_tree tree)
  set(build "${CMAKE_BINARY_DIR}/bitcoin")
  _set_tree_defaults()
  # use_compile_cache() has set up the compile cache; the tree must not add it again.
  set(WITH_CCACHE OFF)
  set(BUILD_DAEMON ON)
  if(WITH_WALLET_PROCESS)
    # We build executables with these names ourselves: see src/executables.
    set(BUILD_DAEMON OFF)
    set(BUILD_WALLET_TOOL OFF)
    set(BUILD_CLI OFF)
    # The tree searches for libevent only if it builds one of them.
    list(APPEND CMAKE_MODULE_PATH "${tree}/cmake/module")
    find_package(Libevent 2.1.8 MODULE REQUIRED)
  endif()
  set(ENABLE_IPC ${WITH_MULTIPROCESS})
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # The tree compiles secp256k1 with the RelWithDebInfo flags for every build type.
    set(CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELEASE}")
  endif()
  add_subdirectory("${tree}" bitcoin EXCLUDE_FROM_ALL)

  # The definitions that depends passes for optimised builds are tied to RelWithDebInfo in the
  # tree; our default build type is Release.
  target_compile_definitions(
    core_interface
    INTERFACE "$<$<CONFIG:Release>:${DEPENDS_COMPILE_DEFINITIONS_RELWITHDEBINFO}>"
  )
  if(WITH_MULTIPROCESS)
    _correct_generated_include_path("${tree}" "${build}")
  endif()
  if(WITH_PCH)
    precompile_standard_headers("${build}")
  endif()
  set(BITCOIN_BINARY_DIR "${build}" PARENT_SCOPE)
endfunction()

# Our defaults of the tree's options, as cache entries. Existing entries from the command line, a
# preset or the toolchain file stay.
function(_set_tree_defaults)
  foreach(
    option
    IN
    ITEMS BUILD_TX BUILD_UTIL BUILD_WALLET_TOOL BUILD_CLI BUILD_BITCOIN_BIN
  )
    set(${option} ON CACHE BOOL "Default of multiprocess-bitcoin.")
  endforeach()
  foreach(option IN ITEMS BUILD_TESTS BUILD_BENCH BUILD_GUI)
    set(${option} OFF CACHE BOOL "Default of multiprocess-bitcoin.")
  endforeach()
endfunction()

# `target_capnp_sources` derives the folder of the generated headers from the path of the tree
# relative to the top-level source folder. For a tree elsewhere that path does not exist and differs
# between build folders: replace it by the correct one.
function(_correct_generated_include_path tree build)
  file(RELATIVE_PATH relative "${CMAKE_SOURCE_DIR}" "${tree}/src/ipc")
  foreach(property IN ITEMS INCLUDE_DIRECTORIES INTERFACE_INCLUDE_DIRECTORIES)
    get_target_property(folders bitcoin_ipc ${property})
    string(
      REPLACE "$<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/${relative}>"
      "$<BUILD_INTERFACE:${build}/src/ipc>"
      folders
      "${folders}"
    )
    set_property(TARGET bitcoin_ipc PROPERTY ${property} "${folders}")
  endforeach()
endfunction()
