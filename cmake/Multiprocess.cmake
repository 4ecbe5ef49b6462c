include_guard(GLOBAL)

#[=[
find_multiprocess(<tree>)
-------------------------

Finds Cap'n Proto and libmultiprocess in the depends prefix (when its toolchain file is used) or on
the system, by CMake package or, in folders that only pkg-config knows, through pkg-config.

A missing Cap'n Proto is a fatal error that lists what is missing, what to install and what to run.

Uses an installed libmultiprocess of the same major version as the copy inside <tree>, which <tree>
was tested with; otherwise builds that copy, with its own mpgen. The choice becomes the default of the
tree's option WITH_EXTERNAL_LIBMULTIPROCESS, so that a user's `-DWITH_EXTERNAL_LIBMULTIPROCESS=`
wins.

Sets MULTIPROCESS_PATCHED: whether that libmultiprocess has the patches of our recipe.
#]=]
function(find_multiprocess tree)
  _find_package_folder(CapnProto capnp/rpc.h "capnp-rpc;capnp")
  # Only read its version, do not load it: some versions of the package cannot be loaded twice, and
  # the tree loads it.
  _package_version("${CapnProto_DIR}" CapnProto version)
  if(version VERSION_LESS 0.7.1)
    _fail_without_capnproto(${version})
  endif()
  message(STATUS "Cap'n Proto: ${version} (${CapnProto_DIR})")

  _find_package_folder(Libmultiprocess mp/proxy-io.h "libmultiprocess")
  set(bundled_include "${tree}/src/ipc/libmultiprocess/include")
  _libmultiprocess_version("${bundled_include}" "${bundled_include}" bundled)
  _libmultiprocess_version("${Libmultiprocess_INCLUDE_DIR}" "${bundled_include}" installed)
  string(REGEX MATCH "^[0-9]+" bundled_major "${bundled}")
  set(external OFF)
  if(NOT Libmultiprocess_DIR)
    set(reason "none is installed")
  elseif(NOT installed)
    set(reason "the one in ${Libmultiprocess_DIR} does not state its version")
  elseif(NOT installed MATCHES "^${bundled_major}\\.")
    set(reason "the one in ${Libmultiprocess_DIR} is ${installed}")
  else()
    set(external ON)
  endif()
  set(
    WITH_EXTERNAL_LIBMULTIPROCESS
    ${external}
    CACHE BOOL
    "Use an installed libmultiprocess, not the copy inside the Bitcoin Core tree."
  )
  if(WITH_EXTERNAL_LIBMULTIPROCESS)
    message(STATUS "libmultiprocess: ${installed} (${Libmultiprocess_DIR})")
    _use_native_tools()
    _newest_patch("${installed}" newest)
    set(header "${Libmultiprocess_INCLUDE_DIR}/mp/version.h")
    if(EXISTS "${header}")
      file(STRINGS "${header}" patches REGEX "^#define MP_PATCHES [0-9]+$")
    endif()
    if(patches MATCHES "([0-9]+)$" AND newest AND CMAKE_MATCH_1 GREATER_EQUAL newest)
      set(MULTIPROCESS_PATCHED ON PARENT_SCOPE)
    endif()
  else()
    if(external)
      set(reason "as given")
    endif()
    message(STATUS "libmultiprocess: the tree's own copy, ${bundled}; ${reason}")
    if(NOT CMAKE_CROSSCOMPILING)
      set(MPGEN_EXECUTABLE "" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Number of our newest patch of libmultiprocess <version>, which the patches define as MP_PATCHES;
# "" when there is none.
function(_newest_patch version variable)
  set(folder "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../depends/recipes/libmultiprocess/all/patches")
  file(GLOB patches RELATIVE "${folder}/${version}" "${folder}/${version}/*.patch")
  set(number "")
  foreach(patch IN LISTS patches)
    string(REGEX MATCH "^[0-9]+" number "${patch}")
  endforeach()
  set(${variable} "${number}" PARENT_SCOPE)
endfunction()

# The tree searches for mpgen's package under a separate name, for cross builds. Without such a
# package, it is the library's.
function(_use_native_tools)
  if(LibmultiprocessNative_ROOT OR CMAKE_CROSSCOMPILING)
    return()
  endif()
  set(
    LibmultiprocessNative_DIR
    "${Libmultiprocess_DIR}"
    CACHE PATH
    "Folder of the LibmultiprocessConfig.cmake that has mpgen."
  )
  mark_as_advanced(LibmultiprocessNative_DIR)
endfunction()

# Sets the cache entries <package>_DIR, the folder of its CMake package, and <package>_INCLUDE_DIR.
# CMake's own search finds both. pkg-config's <modules> add prefixes that CMake does not search;
# pkg-config need not be installed.
function(_find_package_folder package header modules)
  set(hints "")
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    foreach(module IN LISTS modules)
      pkg_get_variable(prefix ${module} prefix)
      list(APPEND hints ${prefix})
    endforeach()
  endif()
  # No package has this version: the search lists candidates and loads none of them.
  find_package(${package} 99999 EXACT QUIET CONFIG HINTS ${hints})
  set(folder "${package}_DIR-NOTFOUND")
  if(${package}_CONSIDERED_CONFIGS)
    list(GET ${package}_CONSIDERED_CONFIGS 0 config)
    cmake_path(GET config PARENT_PATH folder)
  endif()
  set(${package}_DIR "${folder}" CACHE PATH "Folder of ${package}Config.cmake." FORCE)
  find_path(${package}_INCLUDE_DIR NAMES ${header} HINTS ${hints} PATH_SUFFIXES include)
  mark_as_advanced(${package}_DIR ${package}_INCLUDE_DIR)
endfunction()

# Version that the CMake package <package> in <folder> states; "0" when there is no such package.
function(_package_version folder package variable)
  set(PACKAGE_VERSION 0)
  set(PACKAGE_FIND_VERSION 0)
  if(EXISTS "${folder}/${package}ConfigVersion.cmake")
    include("${folder}/${package}ConfigVersion.cmake")
  endif()
  set(${variable} "${PACKAGE_VERSION}" PARENT_SCOPE)
endfunction()

# Version "<major>.<minor>" of the libmultiprocess headers in <include>, from mp/version.h; "0" when
# it is unknown. Some versions do not install that header: they are recognised by a main header
# that equals the tree's copy in <bundled_include>.
function(_libmultiprocess_version include bundled_include variable)
  set(version 0)
  set(header "${include}/mp/version.h")
  if(NOT EXISTS "${header}" AND EXISTS "${include}/mp/proxy-io.h")
    file(SHA256 "${include}/mp/proxy-io.h" main_header)
    file(SHA256 "${bundled_include}/mp/proxy-io.h" bundled_main_header)
    if(main_header STREQUAL bundled_main_header)
      set(header "${bundled_include}/mp/version.h")
    endif()
  endif()
  if(EXISTS "${header}")
    file(STRINGS "${header}" lines REGEX "^#define MP_(MAJOR|MINOR)_VERSION [0-9]+")
    if(lines MATCHES "MAJOR_VERSION ([0-9]+)")
      set(version "${CMAKE_MATCH_1}")
      if(lines MATCHES "MINOR_VERSION ([0-9]+)")
        string(APPEND version ".${CMAKE_MATCH_1}")
      endif()
    endif()
  endif()
  set(${variable} "${version}" PARENT_SCOPE)
endfunction()

# The fatal error for a Cap'n Proto that is missing ("0") or too old.
function(_fail_without_capnproto version)
  if(version)
    set(found "${CapnProto_DIR} holds version ${version}, but 0.7.1 or newer is needed")
  elseif(DEFINED CMAKE_TOOLCHAIN_FILE)
    set(found "it is not in the prefix of the toolchain file ${CMAKE_TOOLCHAIN_FILE}")
  else()
    set(found "neither a CMake package nor pkg-config knows it")
  endif()
  message(
    FATAL_ERROR
    "WITH_MULTIPROCESS needs Cap'n Proto (library and compiler): ${found}.\n"
    "To resolve, choose one of the following:\n"
    "  - Build it and all other libraries, then configure with the toolchain file it names:\n"
    "      make -C depends NO_QT=1 MULTIPROCESS=1\n"
    "  - Install it:\n"
    "      Debian, Ubuntu:  apt install libcapnp-dev capnproto\n"
    "      Fedora:          dnf install capnproto capnproto-devel\n"
    "      macOS:           brew install capnp\n"
    "      Alpine:          apk add capnproto capnproto-dev\n"
    "  - Pass its folder: -DCMAKE_PREFIX_PATH=<prefix>\n"
    "  - Build without: -DWITH_MULTIPROCESS=OFF"
  )
endfunction()
