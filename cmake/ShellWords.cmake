include_guard(GLOBAL)

#[=[
shell_words(<variable> <word>...)
---------------------------------

Sets <variable> to the words as they have to be written in a shell, for a message that names a
command.
#]=]
function(shell_words variable)
  set(quoted "")
  foreach(word IN LISTS ARGN)
    if(NOT word MATCHES "^[A-Za-z0-9@%+=:,./_-]+$")
      string(REPLACE "'" "'\\''" word "${word}")
      set(word "'${word}'")
    endif()
    list(APPEND quoted "${word}")
  endforeach()
  list(JOIN quoted " " quoted)
  set(${variable} "${quoted}" PARENT_SCOPE)
endfunction()
