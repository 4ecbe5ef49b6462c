# The test of the wallet process's sandbox. Included where ipc/library.cmake is.

set(folder executables/wallet)
add_executable(
  sandbox_test
  EXCLUDE_FROM_ALL
  ${folder}/sandbox.cpp
  ${folder}/sandbox_landlock.cpp
  ${folder}/sandbox_seccomp.cpp
  ${folder}/test/refused_calls.cpp
  ${folder}/test/sandbox_attempts.cpp
  ${folder}/test/sandbox_test.cpp
)
target_include_directories(sandbox_test PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
find_package(Threads REQUIRED)
target_link_libraries(sandbox_test PRIVATE Threads::Threads)
set_target_properties(
  sandbox_test
  PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
)
