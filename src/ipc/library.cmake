# The native IPC code. src/CMakeLists.txt includes this file instead of adding a subdirectory: src
# is the only source prefix of the schemas, so that C++ includes the code generated from
# ipc/interfaces/chain/chain.capnp as <ipc/interfaces/chain/chain.capnp.proxy.h>.

set(schemas "")
foreach(
  schema
  IN
  ITEMS
    common/common
    handler/handler
    chain/chain
    chain/bulk_chain
    wallet/wallet
    wallet/wallet_loader
    processes/processes
)
  list(APPEND schemas "ipc/interfaces/${schema}.capnp")
  get_filename_component(folder "${schema}" DIRECTORY)
  file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/ipc/interfaces/${folder}")
endforeach()

add_library(
  mpbitcoin_ipc
  STATIC
  EXCLUDE_FROM_ALL
  ipc/runtime/errors.cpp
  ipc/runtime/event_loop.cpp
  ipc/runtime/listener.cpp
  ipc/runtime/log.cpp
  ipc/runtime/policy.cpp
  ipc/runtime/running_calls.cpp
  ipc/runtime/transport.cpp
  ipc/interfaces/chain/chain.cpp
  ipc/interfaces/wallet/coin_control.cpp
  ipc/interfaces/wallet/wallet.cpp
)
target_capnp_sources(
  mpbitcoin_ipc
  "${CMAKE_CURRENT_SOURCE_DIR}"
  ${schemas}
  IMPORT_PATHS
  "${BITCOIN_SOURCE_DIR}/src"
)
add_dependencies(mpbitcoin_ipc bitcoin_ipc_headers)
add_policies(mpbitcoin_ipc "${CMAKE_CURRENT_SOURCE_DIR}" "${BITCOIN_SOURCE_DIR}" ${schemas})
add_dependencies(mpbitcoin_ipc_headers mpbitcoin_ipc_policies)
target_include_directories(mpbitcoin_ipc PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
# Not our code: no warnings. Only the tree's folder knows the imported targets of Cap'n Proto and
# libmultiprocess.
target_include_directories(
  mpbitcoin_ipc
  SYSTEM
  PUBLIC
    "${CMAKE_CURRENT_BINARY_DIR}"
    "${BITCOIN_SOURCE_DIR}/src"
    "${BITCOIN_BINARY_DIR}/src"
    "${BITCOIN_BINARY_DIR}/src/ipc"
    "$<TARGET_PROPERTY:bitcoin_ipc,INCLUDE_DIRECTORIES>"
)
target_link_libraries(
  mpbitcoin_ipc
  PUBLIC bitcoin_ipc mpbitcoin_os
  PRIVATE core_interface univalue Boost::headers
)
set_target_properties(
  mpbitcoin_ipc
  PROPERTIES
    CXX_STANDARD 20
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
)
treat_warnings_as_errors(mpbitcoin_ipc)
