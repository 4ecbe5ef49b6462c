#ifndef CONSUMER_GREETER_H
#define CONSUMER_GREETER_H

#include <string>

class Greeter
{
public:
    virtual ~Greeter() = default;
    virtual std::string greet(const std::string& name) = 0;
};

#endif // CONSUMER_GREETER_H
