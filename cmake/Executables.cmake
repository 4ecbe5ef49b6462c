include_guard(GLOBAL)

#[=[
add_executables(<target>...)
----------------------------

Declares the executables of this project; skips targets that the options leave out.

The target `executables` builds them all. They are written to `<build>/bin`, where the functional
tests expect them, and `<build>/src/<name>` is a relative link to each. `cmake --install` puts
them into the prefix's `bin`, side by side: the processes start each other from there.
#]=]
function(add_executables)
  set(executables "")
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/src")
  foreach(target IN LISTS ARGV)
    if(NOT TARGET ${target})
      continue()
    endif()
    list(APPEND executables ${target})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    set(name "${target}${CMAKE_EXECUTABLE_SUFFIX}")
    file(CREATE_LINK "../bin/${name}" "${CMAKE_BINARY_DIR}/src/${name}" SYMBOLIC)
    install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    if(INSTALL_MAN AND EXISTS "${BITCOIN_SOURCE_DIR}/doc/man/${target}.1")
      install(
        FILES "${BITCOIN_SOURCE_DIR}/doc/man/${target}.1"
        DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
      )
    endif()
  endforeach()
  add_custom_target(executables)
  add_dependencies(executables ${executables})
  list(JOIN executables ", " shown)
  message(STATUS "Executables: ${shown}")
endfunction()
