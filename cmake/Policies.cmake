include_guard(GLOBAL)

#[=[
add_policies(<target> <folder> <tree> <schema>...)
--------------------------------------------------

Adds to <target> the table of the policies of all methods of these schemas, paths below <folder>, and
of the schemas of the Bitcoin Core tree <tree>. A method without a policy is an error of the build.

The generator is Python's standard library and ours: any interpreter of the build machine will do.
#]=]
function(add_policies target folder tree)
  find_package(Python 3.10 REQUIRED COMPONENTS Interpreter)
  find_program(CAPNP_EXECUTABLE capnp REQUIRED DOC "Schema compiler.")
  cmake_path(GET CAPNP_EXECUTABLE PARENT_PATH tools)
  set(modules "${PROJECT_SOURCE_DIR}/src:${PROJECT_SOURCE_DIR}/depends/src")
  file(GLOB generator CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/mpbitcoin_project/codegen/*.py")
  file(GLOB tree_schemas CONFIGURE_DEPENDS "${tree}/src/ipc/capnp/*.capnp")
  set(own "${ARGN}")
  list(APPEND own ipc/interfaces/common/policy.capnp ipc/interfaces/tree_policies.capnp)
  list(TRANSFORM own PREPEND "${folder}/")
  set(table "${CMAKE_CURRENT_BINARY_DIR}/ipc/policies.cpp")
  add_custom_command(
    OUTPUT "${table}"
    COMMAND
      "${CMAKE_COMMAND}" -E env "PYTHONPATH=${modules}" #
      "${Python_EXECUTABLE}" -B -m mpbitcoin_project.codegen.cpp #
      --capnp "${CAPNP_EXECUTABLE}" --output "${CMAKE_CURRENT_BINARY_DIR}" #
      --import-path "${tools}/../include" #
      --source "${folder}" --source "${tree}/src" ${own} ${tree_schemas}
    DEPENDS ${own} ${tree_schemas} ${generator} "${CAPNP_EXECUTABLE}"
    COMMENT "Checking the policies of all methods"
    VERBATIM
  )
  target_sources(${target} PRIVATE "${table}")
endfunction()
