include_guard(GLOBAL)

#[=[
run_make_in_parallel(<target>)
------------------------------

Makes <target> the default target of `cmake --build`.

Ninja runs parallel jobs by default. Make needs an option on its command line, which a project cannot
set: with WITH_PARALLEL_MAKE the default target runs Make again, with PARALLEL_JOBS jobs, unless the
user set a number of jobs (`-j`, `--parallel`, CMAKE_BUILD_PARALLEL_LEVEL) or the build belongs to
another one that shares its jobs.
#]=]
function(run_make_in_parallel target)
  if(NOT CMAKE_GENERATOR STREQUAL "Unix Makefiles" OR NOT WITH_PARALLEL_MAKE)
    add_custom_target(default_build ALL)
    add_dependencies(default_build ${target})
    return()
  endif()
  set(script "${CMAKE_BINARY_DIR}/CMakeFiles/parallel_make.sh")
  configure_file("${CMAKE_SOURCE_DIR}/cmake/parallel_make.sh.in" "${script}" @ONLY)
  add_custom_target(
    default_build
    ALL
    COMMAND sh "${script}" $(MAKE) ${target}
    WORKING_DIRECTORY "${CMAKE_BINARY_DIR}"
    COMMENT ""
  )
endfunction()
