#ifndef CONSUMER_H
#define CONSUMER_H

class Adder
{
public:
    virtual ~Adder() = default;
    virtual int add(int a, int b) = 0;
};

#endif // CONSUMER_H
