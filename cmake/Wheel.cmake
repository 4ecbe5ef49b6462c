include_guard(GLOBAL)

include(CommandLine)

#[=[
use_depends_toolchain()
-----------------------

For a wheel, which pip or another front makes by calling CMake and nothing else: builds the packages
of the depends prefix that are missing, and makes its toolchain file this build's, unless the user
has given one. To be called before `project()`.
#]=]
function(use_depends_toolchain)
  if(CMAKE_TOOLCHAIN_FILE)
    return()
  endif()
  run_mpbitcoin(result depends NO_QT=1 --json)
  string(JSON toolchain GET "${result}" toolchain)
  set(CMAKE_TOOLCHAIN_FILE "${toolchain}" CACHE FILEPATH "The toolchain file of the prefix.")
endfunction()

#[=[
set_wheel_layout()
------------------

Where things go inside a wheel: executables to the environment's programs, beside each other and
beside `mpbitcoin`. To be called before GNUInstallDirs is included.
#]=]
function(set_wheel_layout)
  set(CMAKE_INSTALL_BINDIR "${SKBUILD_SCRIPTS_DIR}" PARENT_SCOPE)
  # The tree's manual pages say little more than --help.
  set(INSTALL_MAN OFF CACHE BOOL "Install manual pages.")
endfunction()

#[=[
install_wheel_data(<tree>)
--------------------------

Beside the executables a wheel has the schemas of their interfaces, in the package's folder
`ipc/schemas/<version of the tree>`, which is an import path for them; and in its metadata the
licences of all that is linked and the bill of materials.
#]=]
function(install_wheel_data tree)
  set(schemas "${SKBUILD_PLATLIB_DIR}/mpbitcoin/ipc/schemas/${BITCOIN_VERSION}")
  set(
    only_schemas
    FILES_MATCHING
    PATTERN
    "*.capnp"
    PATTERN
    "test"
    EXCLUDE
  )
  install(DIRECTORY "${tree}/src/ipc/capnp" DESTINATION "${schemas}/ipc" ${only_schemas})
  install(
    DIRECTORY "${CMAKE_SOURCE_DIR}/src/ipc/interfaces"
    DESTINATION "${schemas}/ipc"
    ${only_schemas}
  )
  get_filename_component(prefix "${CMAKE_TOOLCHAIN_FILE}" DIRECTORY)
  install(FILES "${prefix}/include/capnp/c++.capnp" DESTINATION "${schemas}/capnp")
  install(FILES "${prefix}/include/mp/proxy.capnp" DESTINATION "${schemas}/mp")

  set(licences "${SKBUILD_METADATA_DIR}/licenses")
  install(DIRECTORY "${prefix}/licenses/" DESTINATION "${licences}")
  install(FILES "${tree}/COPYING" DESTINATION "${licences}/bitcoin-core")
  file(GLOB bundled RELATIVE "${tree}/src" "${tree}/src/*/COPYING" "${tree}/src/*/LICENSE")
  foreach(file IN LISTS bundled)
    get_filename_component(name "${file}" DIRECTORY)
    install(FILES "${tree}/src/${file}" DESTINATION "${licences}/${name}")
  endforeach()

  set(bill "${CMAKE_BINARY_DIR}/multiprocess-bitcoin.cdx.json")
  run_mpbitcoin(ignored sbom -o "${bill}")
  install(FILES "${bill}" DESTINATION "${SKBUILD_METADATA_DIR}/sboms")
endfunction()
