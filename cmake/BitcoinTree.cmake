include_guard(GLOBAL)

#[=[
add_bitcoin_tree(<tree>)
------------------------

Adds the unmodified Bitcoin Core tree as the subdirectory `bitcoin` of the build folder. Nothing of
it is built unless one of our targets asks for it. Its options get our defaults here, below those of
the toolchain file and of the user; nothing inside <tree> is written.

Sets BITCOIN_BINARY_DIR, the tree's own build folder.
#]=]
function(add_bitcoin_tree tree)
  set(build "${CMAKE_BINARY_DIR}/bitcoin")
  _set_tree_defaults()
  # The compile cache is set up by use_compile_cache(); the tree must not add it once more.
  set(WITH_CCACHE OFF)
  set(BUILD_DAEMON ON)
  if(WITH_WALLET_PROCESS)
    # Executables with their names are ours: see src/executables.
    set(BUILD_DAEMON OFF)
    set(BUILD_WALLET_TOOL OFF)
  endif()
  set(ENABLE_IPC ${WITH_MULTIPROCESS})
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # The tree compiles secp256k1 with the RelWithDebInfo flags whatever the build type.
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

# Our defaults of the tree's options, as cache entries: what is in the cache already, from the
# command line, a preset or the toolchain file, stays.
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

# `target_capnp_sources` reckons the folder of the generated headers from the path of the tree
# relative to the top-level source folder. A tree elsewhere gets a path that does not exist and
# differs from build folder to build folder: put the right one in its place.
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
