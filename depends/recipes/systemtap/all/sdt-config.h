// The result of systemtap's configure script. All assemblers that can build Bitcoin Core accept "?"
// as a section flag, which keeps probes in inline functions in their place.
#define _SDT_ASM_SECTION_AUTOGROUP_SUPPORT 1
