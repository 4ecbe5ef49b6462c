# Release flags: those of RelWithDebInfo, from the toolchain file or CMake, without debug information,
# which costs about a quarter of the compile time and most of the compile cache, and without -DNDEBUG:
# Bitcoin Core does not compile without its assertions.

foreach(language IN ITEMS C CXX)
  set(flags " ${CMAKE_${language}_FLAGS_RELWITHDEBINFO_INIT} ")
  foreach(unwanted IN ITEMS "-g" "-DNDEBUG")
    string(REPLACE " ${unwanted} " " " flags "${flags}")
  endforeach()
  string(STRIP "${flags}" flags)
  set(CMAKE_${language}_FLAGS_RELEASE_INIT "${flags}")
endforeach()
unset(flags)
