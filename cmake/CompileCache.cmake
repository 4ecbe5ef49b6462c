include_guard(GLOBAL)

#[=[
use_compile_cache()
-------------------

Runs the C and C++ compilers through ccache when WITH_CCACHE is on and ccache is installed, with
the settings that a precompiled header and a second build folder need. A compiler launcher that the
user chose (`-DCMAKE_CXX_COMPILER_LAUNCHER=`) stays, and so does a compiler that is ccache itself.

The user's environment overrides our settings. The ccache configuration file does not: other values
would make the build wrong or the cache useless.
#]=]
function(use_compile_cache)
  if(CMAKE_CXX_COMPILER_LAUNCHER OR CMAKE_C_COMPILER_LAUNCHER)
    message(STATUS "Compile cache: your compiler launcher, ${CMAKE_CXX_COMPILER_LAUNCHER}")
    return()
  endif()
  if(NOT WITH_CCACHE)
    message(STATUS "Compile cache: off (WITH_CCACHE=OFF)")
    return()
  endif()
  # Search the user's PATH before the prefixes of packages, which a toolchain file adds to.
  find_program(CCACHE_EXECUTABLE ccache PATHS ENV PATH NO_DEFAULT_PATH)
  find_program(CCACHE_EXECUTABLE ccache)
  mark_as_advanced(CCACHE_EXECUTABLE)
  file(REAL_PATH "${CMAKE_CXX_COMPILER}" compiler)
  if(NOT CCACHE_EXECUTABLE OR compiler MATCHES "/s?ccache$")
    message(STATUS "Compile cache: off; install ccache to make a second build nearly free")
    return()
  endif()

  # ccache makes paths below the base folder relative, so that build folders share results.
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR "${CMAKE_BINARY_DIR}" NORMALIZE inside)
  if(inside)
    set(base "${CMAKE_SOURCE_DIR}")
  else()
    set(base "${CMAKE_BINARY_DIR}")
  endif()
  set(settings "")
  foreach(
    setting
    IN
    ITEMS
      "CCACHE_BASEDIR=${base}"
      "CCACHE_NOHASHDIR=1"
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
  )
    string(REGEX REPLACE "=.*" "" name "${setting}")
    if(NOT DEFINED ENV{${name}})
      list(APPEND settings "${setting}")
    endif()
  endforeach()
  set(launcher env ${settings} "${CCACHE_EXECUTABLE}")
  message(STATUS "Compile cache: ${CCACHE_EXECUTABLE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}" PARENT_SCOPE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}" PARENT_SCOPE)
endfunction()
