// What systemtap's configure script finds out of the assembler. All that can build Bitcoin Core
// take "?" as a section's flag: probes in inline functions keep their place then.
#define _SDT_ASM_SECTION_AUTOGROUP_SUPPORT 1
