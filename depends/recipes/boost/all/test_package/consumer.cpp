#define BOOST_TEST_MODULE consumer
#include <boost/cstdlib.hpp>
#include <boost/multi_index/composite_key.hpp>
#include <boost/multi_index/detail/hash_index_iterator.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/indexed_by.hpp>
#include <boost/multi_index/mem_fun.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index/random_access_index.hpp>
#include <boost/multi_index/ranked_index.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index/tag.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/operators.hpp>
#include <boost/signals2.hpp>
#include <boost/signals2/connection.hpp>
#include <boost/signals2/optional_last_value.hpp>
#include <boost/signals2/signal.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/included/unit_test.hpp>
#include <boost/tuple/tuple.hpp>

struct Coin
{
    int height;
    int value;
};

using Coins = boost::multi_index_container<
    Coin,
    boost::multi_index::indexed_by<
        boost::multi_index::hashed_unique<boost::multi_index::member<Coin, int, &Coin::height>>,
        boost::multi_index::ordered_non_unique<boost::multi_index::member<Coin, int, &Coin::value>>,
        boost::multi_index::sequenced<>>>;

BOOST_AUTO_TEST_CASE(coins_are_ordered)
{
    Coins coins;
    coins.insert({1, 50});
    coins.insert({2, 25});
    BOOST_CHECK_EQUAL(coins.get<1>().begin()->height, 2);
}

BOOST_AUTO_TEST_CASE(signals_arrive)
{
    boost::signals2::signal<void(int)> signal;
    int sum = 0;
    signal.connect([&](int value) { sum += value; });
    signal(42);
    BOOST_CHECK_EQUAL(sum, 42);
}

BOOST_DATA_TEST_CASE(data_cases, boost::unit_test::data::make({1, 2, 3}), number)
{
    BOOST_TEST(number > 0);
}
