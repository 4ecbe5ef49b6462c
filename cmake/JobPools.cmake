include_guard(GLOBAL)

#[=[
set_job_pools()
---------------

Keeps the compilers that run at once within the machine's memory.

Sets PARALLEL_JOBS, the number of compile jobs the machine can bear: one per processor and per GiB
of memory. With Ninja, which by itself starts one job per processor and some more, two pools hold to
it: `compile` and, for the files of the IPC libraries that need up to 2 GiB each, `heavy`
(PARALLEL_HEAVY_JOBS). A user's `-DCMAKE_JOB_POOLS=` or `-DCMAKE_JOB_POOL_COMPILE=` stays.
Make knows no pools: see run_make_in_parallel().
#]=]
function(set_job_pools)
  cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
  _usable_memory(memory)
  math(EXPR by_memory "${memory} / 1024")
  math(EXPR heavy "${memory} / 2200")
  _clamp(by_memory 1 ${cores})
  _clamp(heavy 1 ${cores})
  set(
    PARALLEL_JOBS
    ${by_memory}
    CACHE STRING
    "Compile jobs at once; reckoned from processors and memory."
  )
  set(
    PARALLEL_HEAVY_JOBS
    ${heavy}
    CACHE STRING
    "Of them, jobs that take up to 2 GiB; reckoned from memory."
  )
  mark_as_advanced(PARALLEL_HEAVY_JOBS)

  if(NOT CMAKE_JOB_POOLS AND NOT CMAKE_JOB_POOL_COMPILE)
    set(CMAKE_JOB_POOL_COMPILE compile PARENT_SCOPE)
    set_property(
      GLOBAL
      PROPERTY JOB_POOLS "compile=${PARALLEL_JOBS}" "heavy=${PARALLEL_HEAVY_JOBS}"
    )
  endif()
  message(STATUS "Compile jobs: ${PARALLEL_JOBS} (${cores} processors, ${memory} MiB of memory)")
endfunction()

#[=[
use_heavy_job_pool(<target>...)
-------------------------------

Puts the compilations of the targets into the pool `heavy` of set_job_pools(); targets that do not
exist are passed over.
#]=]
function(use_heavy_job_pool)
  get_property(pools GLOBAL PROPERTY JOB_POOLS)
  if(NOT pools MATCHES "heavy=")
    return()
  endif()
  foreach(target IN LISTS ARGV)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES JOB_POOL_COMPILE heavy)
    endif()
  endforeach()
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

# Brings the number in <variable> between <least> and <most>.
function(_clamp variable least most)
  set(value ${${variable}})
  if(value LESS least)
    set(value ${least})
  elseif(value GREATER most)
    set(value ${most})
  endif()
  set(${variable} ${value} PARENT_SCOPE)
endfunction()
