# Release flags: those of RelWithDebInfo, be they the toolchain file's or CMake's own, without debug
# information, which would take about a quarter of the compile time and most of the compile cache,
# and without -DNDEBUG, as Bitcoin Core refuses to be compiled without its assertions.

foreach(language IN ITEMS C CXX)
  set(flags " ${CMAKE_${language}_FLAGS_RELWITHDEBINFO_INIT} ")
  foreach(unwanted IN ITEMS "-g" "-DNDEBUG")
    string(REPLACE " ${unwanted} " " " flags "${flags}")
  endforeach()
  string(STRIP "${flags}" flags)
  set(CMAKE_${language}_FLAGS_RELEASE_INIT "${flags}")
endforeach()
unset(flags)
