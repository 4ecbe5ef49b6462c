# The tests of the native code, run by `ctest -L ipc`. Included where library.cmake is, for the reason
# that stands there. Each executable names its cases with --list, and --filter=<file>:<line> runs one.

# The imported targets of Cap'n Proto are known to the tree's folder alone.
find_package(CapnProto REQUIRED)
find_package(Threads REQUIRED)
add_custom_target(ipc_tests)

#[=[
add_ipc_test(<name>)
------------------

Adds the executable <name>, which is there already, to the tests.
#]=]
function(add_ipc_test name)
  treat_warnings_as_errors(${name})
  target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE CapnProto::kj-test Threads::Threads)
  set_target_properties(
    ${name}
    PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
  )
  add_dependencies(ipc_tests ${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ipc TIMEOUT 300)
endfunction()

#[=[
add_plain_test(<name> <source>...)
---------------------------------

Adds a test without a schema of its own.
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

Adds a test that calls through the proxies of <schema>, what its server offers first, and of ours.
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

add_executable(bounded_queue_test EXCLUDE_FROM_ALL os/test/bounded_queue_test.cpp)
add_ipc_test(bounded_queue_test)
add_plain_test(socket_test ipc/core/test/socket_test.cpp)
add_executable(list_descriptors EXCLUDE_FROM_ALL ipc/core/test/list_descriptors.cpp)
target_link_libraries(list_descriptors PRIVATE mpbitcoin_ipc bitcoin_util)
set_target_properties(
  list_descriptors
  PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
)
add_plain_test(spawn_test ipc/core/test/spawn_test.cpp)
target_compile_definitions(spawn_test PRIVATE "TEST_FOLDER=\"${CMAKE_CURRENT_BINARY_DIR}\"")
add_dependencies(spawn_test list_descriptors)
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
  ${wallet}/wallet_types_test.cpp
)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  add_plain_test(
    outside_files_test
    executables/wallet/outside_calls.cpp
    executables/wallet/outside_files.cpp
    executables/wallet/test/outside_files_test.cpp
  )
  include(executables/wallet/test/sandbox_test.cmake)
  add_ipc_test(sandbox_test)
endif()
