# The test of the wallet's types and proxies. Included where ipc/library.cmake is, for the reason
# that stands there.

set(folder ipc/interfaces/wallet/test)
file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${folder}")
add_executable(
  wallet_types_test
  EXCLUDE_FROM_ALL
  ${folder}/coin_control_test.cpp
  ${folder}/fake_loader.cpp
  ${folder}/fake_wallet.cpp
  ${folder}/samples.cpp
  ${folder}/wallet_proxy_test.cpp
  ${folder}/wallet_types_test.cpp
)
target_capnp_sources(
  wallet_types_test
  "${CMAKE_CURRENT_SOURCE_DIR}"
  ${folder}/wallet_test.capnp
  IMPORT_PATHS
  "${BITCOIN_SOURCE_DIR}/src"
)
add_dependencies(wallet_types_test mpbitcoin_ipc_headers)
target_link_libraries(
  wallet_types_test
  PRIVATE
    mpbitcoin_ipc
    core_interface
    bitcoin_wallet
    bitcoin_common
    bitcoin_util
    univalue
    Boost::headers
)
set_target_properties(
  wallet_types_test
  PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
)
