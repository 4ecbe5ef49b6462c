# Boost's headers, for find_package(Boost CONFIG). There are no compiled libraries.

get_filename_component(Boost_INCLUDE_DIR "${CMAKE_CURRENT_LIST_DIR}/../../../boost/include" ABSOLUTE)
set(Boost_INCLUDE_DIRS "${Boost_INCLUDE_DIR}")
set(Boost_LIBRARIES "")
set(Boost_VERSION "@VERSION@")
set(Boost_VERSION_STRING "@VERSION@")
string(REPLACE "." ";" _boost_numbers "${Boost_VERSION}")
list(GET _boost_numbers 0 Boost_VERSION_MAJOR)
list(GET _boost_numbers 1 Boost_VERSION_MINOR)
list(GET _boost_numbers 2 Boost_VERSION_PATCH)
unset(_boost_numbers)
math(EXPR Boost_VERSION_MACRO
  "${Boost_VERSION_MAJOR} * 100000 + ${Boost_VERSION_MINOR} * 100 + ${Boost_VERSION_PATCH}"
)

if(NOT TARGET Boost::headers)
  add_library(Boost::headers INTERFACE IMPORTED)
  set_target_properties(Boost::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${Boost_INCLUDE_DIR}"
  )
endif()
foreach(_boost_name IN ITEMS boost diagnostic_definitions disable_autolinking dynamic_linking)
  if(NOT TARGET Boost::${_boost_name})
    add_library(Boost::${_boost_name} INTERFACE IMPORTED)
  endif()
endforeach()
set_target_properties(Boost::boost PROPERTIES INTERFACE_LINK_LIBRARIES Boost::headers)
set_target_properties(Boost::diagnostic_definitions PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS BOOST_LIB_DIAGNOSTIC
)
set_target_properties(Boost::disable_autolinking PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS BOOST_ALL_NO_LIB
)
set_target_properties(Boost::dynamic_linking PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS BOOST_ALL_DYN_LINK
)
unset(_boost_name)

set(Boost_headers_FOUND TRUE)
foreach(_boost_component IN LISTS Boost_FIND_COMPONENTS)
  if(NOT Boost_${_boost_component}_FOUND AND Boost_FIND_REQUIRED_${_boost_component})
    set(Boost_FOUND FALSE)
    set(Boost_NOT_FOUND_MESSAGE
      "This Boost has only headers: it does not have the component ${_boost_component}."
    )
  endif()
endforeach()
unset(_boost_component)
