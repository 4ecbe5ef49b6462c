include_guard(GLOBAL)

#[=[
write_linked(<tree>)
--------------------

Writes what this configuration links to <build>/linked.json, or to the file LINKED_FILE: the folder
of the depends prefix ("" without one) and the packages of it, the Bitcoin Core tree with the version
it states, and what else, from the Python index. `mpbitcoin sbom` makes the SBOM from it.

Sets LINKED_PACKAGES to the packages.
#]=]
function(write_linked tree)
  set(LINKED_FILE "${CMAKE_BINARY_DIR}/linked.json" CACHE FILEPATH "Where to write what is linked.")
  mark_as_advanced(LINKED_FILE)
  _linked_packages(packages)
  set(prefix "")
  if(DEPENDS_BITCOIN_SOURCE_DIR)
    get_filename_component(prefix "${CMAKE_TOOLCHAIN_FILE}" DIRECTORY)
  endif()
  set(also "")
  if(WITH_PYTHON)
    get_directory_property(version DIRECTORY src/extension DEFINITION nanobind_VERSION)
    set(also "nanobind==${version}:BSD-3-Clause AND MIT")
  endif()
  set(json "{}")
  _set_text(json prefix "${prefix}")
  _set_text(json tree "${tree}")
  _set_text(json tree_version "${BITCOIN_VERSION}")
  _set_texts(json packages ${packages})
  _set_texts(json also "${also}")
  file(WRITE "${LINKED_FILE}" "${json}\n")
  set(LINKED_PACKAGES "${packages}" PARENT_SCOPE)
endfunction()

# Sets the member <name> of the JSON object in <variable> to a text.
function(_set_text variable name text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(JSON json SET "${${variable}}" ${name} "\"${text}\"")
  set(${variable} "${json}" PARENT_SCOPE)
endfunction()

# Sets the member <name> of the JSON object in <variable> to an array of texts, without empty ones.
function(_set_texts variable name)
  set(array "[]")
  set(count 0)
  foreach(text IN LISTS ARGN)
    string(JSON array SET "${array}" ${count} "\"${text}\"")
    math(EXPR count "${count} + 1")
  endforeach()
  string(JSON json SET "${${variable}}" ${name} "${array}")
  set(${variable} "${json}" PARENT_SCOPE)
endfunction()

# Sets <variable> to the packages of the prefix that are linked or included. The toolchain file names
# the option that decides so; two packages are also used by what is ours.
function(_linked_packages variable)
  set(external OFF)
  if(WITH_MULTIPROCESS AND WITH_EXTERNAL_LIBMULTIPROCESS)
    set(external ON)
  endif()
  set(DEPENDS_DECIDES_capnproto WITH_MULTIPROCESS)
  set(DEPENDS_DECIDES_libmultiprocess external)
  set(linked "")
  foreach(package IN LISTS DEPENDS_PACKAGES)
    set(used ${WITH_EXECUTABLES})
    if(DEPENDS_DECIDES_${package} AND NOT ${DEPENDS_DECIDES_${package}})
      set(used OFF)
    endif()
    if(WITH_PYTHON AND package MATCHES "^(capnproto|libmultiprocess)$")
      set(used ON)
    endif()
    if(used)
      list(APPEND linked ${package})
    endif()
  endforeach()
  set(${variable} "${linked}" PARENT_SCOPE)
endfunction()
