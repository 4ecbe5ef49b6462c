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
set_target_properties(
  sandbox_test
  PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
)
