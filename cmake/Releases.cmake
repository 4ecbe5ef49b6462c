include_guard(GLOBAL)

#[=[
list_releases(<variable> <member>)
----------------------------------

Sets <variable> to the versions of the Bitcoin Core releases that have <member> in the table
depends/releases.json, newest first. The table is the only place that states what a release needs.
#]=]
function(list_releases variable member)
  set(file "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../depends/releases.json")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" table)
  string(JSON count LENGTH "${table}")
  math(EXPR last "${count} - 1")
  set(versions "")
  foreach(index RANGE ${last})
    string(JSON kind ERROR_VARIABLE missing TYPE "${table}" ${index} ${member})
    if(NOT missing)
      string(JSON version GET "${table}" ${index} version)
      list(APPEND versions "${version}")
    endif()
  endforeach()
  set(${variable} "${versions}" PARENT_SCOPE)
endfunction()
