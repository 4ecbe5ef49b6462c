include_guard(GLOBAL)

#[=[
set_build_defaults()
--------------------

Sets the defaults of the build type and of its compiler flags. To be called before `project()`;
whatever the user gives (`-DCMAKE_BUILD_TYPE=`, `-DCMAKE_CXX_FLAGS_RELEASE=`, ...) wins.

The default is a release build, `-O2` and nothing else: debug information would take about a
quarter of the compile time and most of the compile cache. `-DNDEBUG` is left out on purpose, for
Bitcoin Core refuses to be compiled without its assertions. For debug information choose
`-DCMAKE_BUILD_TYPE=RelWithDebInfo`.
#]=]
function(set_build_defaults)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(
      CMAKE_BUILD_TYPE
      Release
      CACHE STRING
      "Release (-O2), RelWithDebInfo (-O2 -g) or Debug."
      FORCE
    )
  endif()
  foreach(language IN ITEMS C CXX)
    set(
      CMAKE_${language}_FLAGS_RELEASE
      "-O2"
      CACHE STRING
      "Flags used by the ${language} compiler during RELEASE builds."
    )
    set(
      CMAKE_${language}_FLAGS_RELWITHDEBINFO
      "-O2 -g"
      CACHE STRING
      "Flags used by the ${language} compiler during RELWITHDEBINFO builds."
    )
  endforeach()
endfunction()
