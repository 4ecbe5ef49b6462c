include_guard(GLOBAL)

#[=[
set_job_pools()
---------------

Limits parallel compilers to the machine's memory.

Sets PARALLEL_JOBS, the number of parallel compile jobs: one per processor and per GiB of memory,
less one GiB for the one file that needs two (the others need less than one). By default Ninja starts
more jobs than processors: the pool `compile` limits it to that number. A user's
`-DCMAKE_JOB_POOLS=` or `-DCMAKE_JOB_POOL_COMPILE=` stays. Make knows no pools: see
run_make_in_parallel().
#]=]
function(set_job_pools)
  cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
  _usable_memory(memory)
  math(EXPR jobs "${memory} / 1024 - 1")
  if(jobs GREATER cores)
    set(jobs ${cores})
  elseif(jobs LESS 1)
    set(jobs 1)
  endif()
  set(
    PARALLEL_JOBS
    ${jobs}
    CACHE STRING
    "Number of parallel compile jobs; computed from processors and memory."
  )
  if(NOT PARALLEL_JOBS MATCHES "^[1-9][0-9]*$")
    message(
      FATAL_ERROR
      "PARALLEL_JOBS is ${PARALLEL_JOBS}: must be a whole number, 1 or more.\n"
      "To resolve: -DPARALLEL_JOBS=${jobs}, for example, or -UPARALLEL_JOBS for the computed number."
    )
  endif()
  if(NOT CMAKE_JOB_POOLS AND NOT CMAKE_JOB_POOL_COMPILE)
    set_property(GLOBAL PROPERTY JOB_POOLS "compile=${PARALLEL_JOBS}")
    set(CMAKE_JOB_POOL_COMPILE compile PARENT_SCOPE)
  endif()
  message(STATUS "Compile jobs: ${PARALLEL_JOBS} (${cores} processors, ${memory} MiB of memory)")
endfunction()

# Memory this build may use, in MiB: the machine's, or the control group's limit when it is lower.
function(_usable_memory variable)
  cmake_host_system_information(RESULT memory QUERY TOTAL_PHYSICAL_MEMORY)
  set(limit_file "/sys/fs/cgroup/memory.max")
  if(EXISTS "${limit_file}")
    file(READ "${limit_file}" limit)
    string(STRIP "${limit}" limit)
    if(limit MATCHES "^[0-9]+$")
      math(EXPR limit "${limit} / 1048576")
      if(limit LESS memory)
        set(memory ${limit})
      endif()
    endif()
  endif()
  set(${variable} ${memory} PARENT_SCOPE)
endfunction()
