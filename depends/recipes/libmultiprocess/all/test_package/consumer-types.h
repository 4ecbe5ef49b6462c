#ifndef CONSUMER_TYPES_H
#define CONSUMER_TYPES_H

#include <mp/proxy-types.h>

// In older versions, the header above contains all conversions.
#if __has_include(<mp/type-number.h>)
#include <mp/type-decay.h>
#include <mp/type-number.h>
#endif

#endif // CONSUMER_TYPES_H
