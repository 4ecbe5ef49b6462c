include_guard(GLOBAL)

#[=[
add_policies(<target> <folder> <tree> <schema>...)
--------------------------------------------------

Adds to <target> what follows from the policies of the methods of these schemas, paths below <folder>,
and of those of the Bitcoin Core tree <tree>: their table, and <schema>.forward.h for each schema with
interfaces, which are all but those named common. A method without a policy is an error of the build.

The generator is Python's standard library and ours: any interpreter of the build machine will do.
#]=]
function(add_policies target folder tree)
  find_package(Python 3.10 REQUIRED COMPONENTS Interpreter)
  find_program(CAPNP_EXECUTABLE capnp REQUIRED DOC "Schema compiler.")
  cmake_path(GET CAPNP_EXECUTABLE PARENT_PATH tools)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH project)
  set(modules "${project}/src:${project}/depends/src")
  file(GLOB generator CONFIGURE_DEPENDS "${project}/src/mpbitcoin_project/codegen/*.py")
  file(GLOB tree_schemas CONFIGURE_DEPENDS "${tree}/src/ipc/capnp/*.capnp")
  set(own "${ARGN}")
  list(APPEND own ipc/interfaces/common/policy.capnp ipc/interfaces/tree_policies.capnp)
  list(TRANSFORM own PREPEND "${folder}/")
  set(outputs ${ARGN} ${tree_schemas})
  list(FILTER outputs EXCLUDE REGEX "/common\\.capnp$")
  list(TRANSFORM outputs REPLACE "^${tree}/src/" "")
  list(TRANSFORM outputs APPEND ".forward.h")
  set(guards ${ARGN})
  list(FILTER guards EXCLUDE REGEX "/common\\.capnp$")
  list(TRANSFORM guards APPEND ".guards.h")
  list(APPEND outputs ${guards} ipc/policies.cpp)
  list(TRANSFORM outputs PREPEND "${CMAKE_CURRENT_BINARY_DIR}/")
  add_custom_command(
    OUTPUT ${outputs}
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
  add_custom_target(${target}_policies DEPENDS ${outputs})
  add_dependencies(${target} ${target}_policies)
  target_sources(${target} PRIVATE ${outputs})
endfunction()
