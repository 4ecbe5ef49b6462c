include_guard(GLOBAL)

#[=[
set_default_flags()
-------------------

Sets flags of Release builds that Bitcoin Core supports: see ReleaseFlags.cmake, which CMake reads
when it knows the compiler's flags and before it caches them. Call it before `project()`. A user's
`-DCMAKE_CXX_FLAGS_RELEASE=` wins.
#]=]
function(set_default_flags)
  foreach(language IN ITEMS C CXX)
    set(
      CMAKE_USER_MAKE_RULES_OVERRIDE_${language}
      "${CMAKE_SOURCE_DIR}/cmake/ReleaseFlags.cmake"
      PARENT_SCOPE
    )
  endforeach()
endfunction()

#[=[
set_default_build_type()
------------------------

Makes Release the build type when neither the user nor the toolchain file sets one. Call it after
`project()`, which reads the toolchain file.
#]=]
function(set_default_build_type)
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
endfunction()
