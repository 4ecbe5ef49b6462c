#define SDT_USE_VARIADIC 1
#include <sys/sdt.h>

#ifndef _SDT_ASM_AUTOGROUP
#error "sdt-config.h was not read"
#endif

int main()
{
    STAP_PROBEV(consumer, started, 1, 2);
}
