# The tests of the native code, run by `ctest -L ipc`. Included where library.cmake is, for the reason
# that stands there.

include(ipc/interfaces/wallet/test/wallet_types_test.cmake)
set(ipc_tests wallet_types_test)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  include(executables/wallet/test/sandbox_test.cmake)
  list(APPEND ipc_tests sandbox_test)
endif()

add_custom_target(ipc_tests DEPENDS ${ipc_tests})
foreach(test IN LISTS ipc_tests)
  treat_warnings_as_errors(${test})
  add_test(NAME ${test} COMMAND ${test})
  # A sandbox test that this kernel can't do says 77.
  set_tests_properties(
    ${test}
    PROPERTIES LABELS ipc SKIP_RETURN_CODE 77 TIMEOUT 300
  )
endforeach()
