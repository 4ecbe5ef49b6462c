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

#[=[
run_mpbitcoin(<variable> <word>...)
-----------------------------------

Runs the project's command line with these words and sets <variable> to what it prints. What it
shows on the way goes to the terminal. When it fails, so does the configuration, with the words to
repeat.

It runs in its own environment: a Python path that is meant for ours, as pip sets it for a build in
isolation, is kept from it.
#]=]
function(run_mpbitcoin variable)
  execute_process(
    COMMAND
      "${CMAKE_COMMAND}" -E env --unset=PYTHONPATH "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../mpbitcoin"
      ${ARGN}
    OUTPUT_VARIABLE output
    OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE result
  )
  if(NOT result EQUAL 0)
    shell_words(words ${ARGN})
    message(
      FATAL_ERROR
      "The command line failed: see the message above.\n"
      "To resolve, fix that, then repeat: ./mpbitcoin ${words}"
    )
  endif()
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()
