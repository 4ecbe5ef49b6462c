# The tests of the native code, run by `ctest -L ipc`. Included in the same place and for the same
# reason as library.cmake. --list shows the cases of an executable, and --filter=<file>:<line> runs
# one.

# Only the tree's folder knows the imported targets of Cap'n Proto.
find_package(CapnProto REQUIRED)
add_custom_target(ipc_tests)

#[=[
add_ipc_test(<name>)
------------------

Adds the existing executable <name> to the tests.
#]=]
function(add_ipc_test name)
  treat_warnings_as_errors(${name})
  target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE CapnProto::kj-test)
  set_target_properties(
    ${name}
    PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
  )
  add_dependencies(ipc_tests ${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ipc TIMEOUT 300)
endfunction()

#[=[
add_os_test(<name> <source>...)
------------------------------

Adds a test of code that uses neither Bitcoin Core nor Cap'n Proto.
#]=]
function(add_os_test name)
  add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(${name} PRIVATE mpbitcoin_os)
  add_ipc_test(${name})
endfunction()

#[=[
add_plain_test(<name> <source>...)
---------------------------------

Adds a test without its own schema.
#]=]
function(add_plain_test name)
  add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(
    ${name}
    PRIVATE
      mpbitcoin_ipc
      core_interface
      bitcoin_wallet
      bitcoin_common
      bitcoin_util
      univalue
      Boost::headers
  )
  add_ipc_test(${name})
endfunction()

#[=[
add_proxy_test(<name> <schema> <source>...)
-------------------------------------------

Adds a test whose server offers the interfaces of <schema>. It uses their proxies and ours.
#]=]
function(add_proxy_test name schema)
  get_filename_component(folder "${schema}" DIRECTORY)
  file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${folder}")
  add_plain_test(${name} ${ARGN})
  target_capnp_sources(
    ${name}
    "${CMAKE_CURRENT_SOURCE_DIR}"
    ${schema}
    IMPORT_PATHS
    "${BITCOIN_SOURCE_DIR}/src"
  )
  add_dependencies(${name} mpbitcoin_ipc_headers)
endfunction()

add_os_test(bounded_queue_test os/test/bounded_queue_test.cpp)
add_os_test(socket_test os/test/socket_test.cpp)
add_os_test(spawn_test os/test/spawn_test.cpp)
add_executable(list_descriptors EXCLUDE_FROM_ALL os/test/list_descriptors.cpp)
target_link_libraries(list_descriptors PRIVATE mpbitcoin_os)
target_compile_definitions(spawn_test PRIVATE "TEST_FOLDER=\"${CMAKE_CURRENT_BINARY_DIR}\"")
add_dependencies(spawn_test list_descriptors)
add_plain_test(event_loop_test ipc/runtime/test/event_loop_test.cpp)
add_plain_test(policy_test ipc/runtime/test/policy_test.cpp)
add_plain_test(
  configuration_test
  executables/common/configuration.cpp
  executables/common/test/configuration_test.cpp
)
add_plain_test(
  notification_queue_test
  executables/common/queued_notifications.cpp
  executables/node/notification_queue.cpp
  executables/node/test/notification_queue_test.cpp
)

set(chain ipc/interfaces/chain/test)
set(wallet ipc/interfaces/wallet/test)
add_plain_test(
  wallet_chain_test
  executables/common/queued_notifications.cpp
  executables/wallet/block_run.cpp
  executables/wallet/notification_hub.cpp
  executables/wallet/test/wallet_chain_test.cpp
  executables/wallet/wallet_chain.cpp
  executables/wallet/wallet_notify.cpp
  ${chain}/fake_chain.cpp
  ${wallet}/samples.cpp
)
add_proxy_test(
  chain_disconnect_test
  ${chain}/chain_test.capnp
  ${chain}/chain_disconnect_test.cpp
  ${chain}/fake_chain.cpp
  ${wallet}/samples.cpp
)
add_proxy_test(
  wallet_types_test
  ${wallet}/wallet_test.capnp
  ${wallet}/coin_control_test.cpp
  ${wallet}/fake_loader.cpp
  ${wallet}/fake_wallet.cpp
  ${wallet}/samples.cpp
  ${wallet}/wallet_proxy_test.cpp
  ${wallet}/wallet_transactions_test.cpp
  ${wallet}/wallet_types_test.cpp
)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  add_os_test(outside_files_test sandbox/outside_calls.cpp sandbox/test/outside_files_test.cpp)
  add_os_test(
    sandbox_test
    sandbox/test/attempts.cpp
    sandbox/test/refused_calls.cpp
    sandbox/test/sandbox_test.cpp
  )
  target_link_libraries(outside_files_test PRIVATE mpbitcoin_sandbox)
  target_link_libraries(sandbox_test PRIVATE mpbitcoin_sandbox)
endif()
