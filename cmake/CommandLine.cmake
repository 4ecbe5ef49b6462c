include_guard(GLOBAL)

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
    list(JOIN ARGN " " words)
    message(
      FATAL_ERROR
      "The command line failed: see the message above.\n"
      "To resolve, mend what it says, then repeat: ./mpbitcoin ${words}"
    )
  endif()
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()
