#ifndef CONSUMER_TYPES_H
#define CONSUMER_TYPES_H

#include <mp/proxy-types.h>

// Older versions have all conversions in the header above.
#if __has_include(<mp/type-number.h>)
#include <mp/type-decay.h>
#include <mp/type-number.h>
#endif

#endif // CONSUMER_TYPES_H
