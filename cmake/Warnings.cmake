include_guard(GLOBAL)

#[=[
treat_warnings_as_errors(<target>)
----------------------------------

Compiles <target>'s sources in our source folder with all usual warnings, as errors: not those of the
Bitcoin Core tree, and not generated ones. Call it in the folder that adds the target.
`-DWITH_WERROR=OFF` keeps them warnings, for unknown compilers.
#]=]
function(treat_warnings_as_errors target)
  set(options -Wall -Wextra)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    list(APPEND options -Wthread-safety -Wthread-safety-beta)
  endif()
  if(WITH_WERROR)
    list(APPEND options -Werror)
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(path "${source}" ABSOLUTE)
    string(FIND "${path}" "${PROJECT_SOURCE_DIR}/src/" position)
    if(position EQUAL 0)
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS ${options})
    endif()
  endforeach()
endfunction()
