#ifndef CONSUMER_GREETER_TYPES_H
#define CONSUMER_GREETER_TYPES_H

#include <mp/proxy-types.h>

// Older versions of libmultiprocess have all conversions in the header above.
#if __has_include(<mp/type-string.h>)
#include <mp/type-decay.h>
#include <mp/type-number.h>
#include <mp/type-string.h>
#endif

#endif // CONSUMER_GREETER_TYPES_H
