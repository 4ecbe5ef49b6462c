include_guard(GLOBAL)

#[=[
set_wheel_layout()
------------------

Where things go inside a wheel: executables to the environment's programs, beside each other and
beside `mpbitcoin`. To be called before GNUInstallDirs is included.
#]=]
function(set_wheel_layout)
  set(CMAKE_INSTALL_BINDIR "${SKBUILD_SCRIPTS_DIR}" PARENT_SCOPE)
  # The tree's manual pages contain little more than --help.
  set(INSTALL_MAN OFF CACHE BOOL "Install manual pages.")
endfunction()

#[=[
add_wheel(<tree>)
-----------------

Adds the target `wheel`, which builds the contents of a wheel, and their install rules: executables go to
the environment's programs; the extension, and the schemas that it reads, into the package; licences
of all that is linked into the metadata.
#]=]
function(add_wheel tree)
  _hide_folders()
  _shrink()
  add_custom_target(wheel)
  if(WITH_EXECUTABLES)
    add_dependencies(wheel executables)
  endif()
  if(WITH_PYTHON)
    add_dependencies(wheel _ipc ipc_schemas)
    set(package "${SKBUILD_PLATLIB_DIR}/mpbitcoin")
    install(TARGETS _ipc LIBRARY DESTINATION "${package}")
    install(DIRECTORY "${CMAKE_BINARY_DIR}/python/mpbitcoin/ipc" DESTINATION "${package}")
    _install_binding_licences()
  endif()
  get_filename_component(prefix "${CMAKE_TOOLCHAIN_FILE}" DIRECTORY)
  _install_licences("${tree}" "${prefix}" ${LINKED_PACKAGES})
endfunction()

# Keeps this machine's folders out of compiled code, where macros such as __FILE__ in headers would
# put them: the folders of the build, of nanobind and of Python. Also hides the relative paths that
# ccache creates. The tree does the same for its own files.
function(_hide_folders)
  file(RELATIVE_PATH up "${CMAKE_BINARY_DIR}" "${CMAKE_SOURCE_DIR}")
  set(folders "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}" "${up}")
  if(WITH_PYTHON)
    get_directory_property(python DIRECTORY src/extension DEFINITION Python_INCLUDE_DIRS)
    get_filename_component(site "${nanobind_DIR}/../.." ABSOLUTE)
    list(APPEND folders ${python} "${site}")
  endif()
  list(TRANSFORM folders REPLACE "/$" "")
  list(TRANSFORM folders REPLACE "(.+)" "-fmacro-prefix-map=\\1/=")
  foreach(
    target
    IN
    ITEMS
      bitcoin_ipc
      mpbitcoin_ipc
      bitcoin-node
      bitcoin-wallet
      _ipc
      nanobind-static
      nanobind-static-abi3
  )
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE ${folders})
    endif()
  endforeach()
endfunction()

# Compiles the code generated from the schemas for size: it becomes a quarter smaller, and waits for
# sockets more than it computes.
function(_shrink)
  foreach(target IN ITEMS bitcoin_ipc mpbitcoin_ipc)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE -Os)
    endif()
  endforeach()
endfunction()

# Licences of the prefix's packages, named by the arguments, and of the tree with its subtrees.
function(_install_licences tree prefix)
  set(licences "${SKBUILD_METADATA_DIR}/licenses")
  foreach(name IN LISTS ARGN)
    install(DIRECTORY "${prefix}/licenses/${name}" DESTINATION "${licences}")
  endforeach()
  install(FILES "${tree}/COPYING" DESTINATION "${licences}/bitcoin-core")
  file(GLOB bundled RELATIVE "${tree}/src" "${tree}/src/*/COPYING" "${tree}/src/*/LICENSE")
  foreach(file IN LISTS bundled)
    get_filename_component(name "${file}" DIRECTORY)
    install(FILES "${tree}/src/${file}" DESTINATION "${licences}/${name}")
  endforeach()
endfunction()

# Licences of nanobind and of the one header library inside it.
function(_install_binding_licences)
  get_directory_property(version DIRECTORY src/extension DEFINITION nanobind_VERSION)
  get_filename_component(site "${nanobind_DIR}/../.." ABSOLUTE)
  set(licences "${SKBUILD_METADATA_DIR}/licenses")
  install(
    FILES "${site}/nanobind-${version}.dist-info/licenses/LICENSE"
    DESTINATION "${licences}/nanobind"
  )
  # It has its licence in each header's first comment.
  file(READ "${site}/nanobind/ext/robin_map/include/tsl/robin_map.h" header)
  string(FIND "${header}" "*/" end)
  string(SUBSTRING "${header}" 0 ${end} comment)
  file(WRITE "${CMAKE_BINARY_DIR}/robin-map/LICENSE" "${comment}*/\n")
  install(FILES "${CMAKE_BINARY_DIR}/robin-map/LICENSE" DESTINATION "${licences}/robin-map")
endfunction()
