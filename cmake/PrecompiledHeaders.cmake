include_guard(GLOBAL)

#[=[
precompile_standard_headers(<tree build folder>)
------------------------------------------------

Makes the tree's larger libraries use one precompiled header of C++ standard library headers.

It contains only standard headers: they define no name of the tree and no macro that it checks, so the
code is the same with and without. Headers of the tree gain little more, and every edit of one of them
would rebuild everything.

The header is compiled once, with the flags that all of the tree's libraries share
(`core_interface`). Not used for libraries that compile some files for other processors
(`bitcoin_crypto`), which a precompiled header does not allow, nor for executables, which use another
kind of position-independent code than libraries.
#]=]
function(precompile_standard_headers build)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" OR BUILD_FOR_FUZZING)
    return()
  endif()
  add_library(
    standard_headers
    STATIC
    EXCLUDE_FROM_ALL
    "${CMAKE_SOURCE_DIR}/cmake/standard_headers.cpp"
  )
  target_link_libraries(standard_headers PRIVATE core_interface)
  target_precompile_headers(standard_headers PRIVATE "${CMAKE_SOURCE_DIR}/cmake/standard_headers.h")
  set_target_properties(
    standard_headers
    PROPERTIES
      CXX_STANDARD 20
      CXX_STANDARD_REQUIRED ON
      CXX_EXTENSIONS OFF
      POSITION_INDEPENDENT_CODE ON
  )
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Otherwise Clang writes the headers' times into the file, and no compile cache can match.
    set_property(
      TARGET standard_headers
      APPEND
      PROPERTY COMPILE_OPTIONS "SHELL:-Xclang -fno-pch-timestamp"
    )
  endif()
  foreach(
    library
    IN
    ITEMS util common consensus node wallet zmq cli
  )
    if(TARGET bitcoin_${library})
      target_precompile_headers(bitcoin_${library} REUSE_FROM standard_headers)
    endif()
  endforeach()
endfunction()
