#include "rabbitmq/pending_lines.h"

#include <catch2/catch.hpp>

using namespace ordertrace;

TEST_CASE("lines go in order, and their messages are acknowledged together") {
    PendingLines pending;
    pending.add(1, {"a", "b"});
    pending.add(2, {});
    pending.add(3, {"c"});
    CHECK(pending.next() == "a\nb\nc");
    CHECK(pending.lines() == 3);
    const auto passed = pending.pass();
    CHECK(passed.tag == 3);
    CHECK(passed.messages == 3);
    CHECK(pending.empty());
    CHECK(pending.lines() == 0);
}

TEST_CASE("after a lost connection the lines stay and the tags do not") {
    PendingLines pending;
    pending.add(1, {"a"});
    pending.add(2, {});
    pending.forget_tags();
    pending.forget_tags();  // nor did a second try to connect last
    CHECK(pending.messages() == 1);
    CHECK(pending.unacknowledged() == 0);
    pending.add(1, {});  // the first message again, of another connection
    CHECK(pending.unacknowledged() == 1);
    CHECK(pending.next() == "a");
    const auto passed = pending.pass();
    CHECK(passed.tag == 1);
    CHECK(passed.messages == 1);
}

TEST_CASE("a post is bounded, and a message is acknowledged with the last of its lines") {
    PendingLines pending;
    const std::string large(100'000, 'x');
    pending.add(1, {large, large, large});
    pending.add(2, {});
    pending.add(3, {large, large});
    CHECK(pending.next().size() == 2 * large.size() + 1);
    CHECK(pending.pass().tag == 0);
    CHECK(pending.lines() == 3);
    CHECK(pending.next().size() == 2 * large.size() + 1);
    const auto passed = pending.pass();
    CHECK(passed.tag == 2);
    CHECK(passed.messages == 2);
    CHECK(pending.next() == large);
    CHECK(pending.pass().tag == 3);
    CHECK(pending.empty());
}

TEST_CASE("a line that is too large alone is a post of its own") {
    PendingLines pending;
    const std::string huge(300'000, 'x');
    pending.add(1, {"a", huge, "b"});
    for (const auto& next : {std::string{"a"}, huge, std::string{"b"}}) {
        CHECK(pending.next() == next);
        pending.pass();
    }
    CHECK(pending.empty());
}

TEST_CASE("what is too much at once is halved down to one line, and grows again") {
    PendingLines pending;
    for (std::uint64_t tag = 1; tag <= 16; ++tag) pending.add(tag, {std::string(1000, 'x')});
    std::vector<std::size_t> sizes{pending.next().size()};
    while (pending.halve()) sizes.push_back(pending.next().size());
    CHECK(sizes == std::vector<std::size_t>{16'015, 7006, 3002, 1000});
    sizes.clear();
    for (; !pending.empty(); pending.pass()) sizes.push_back(pending.next().size());
    CHECK(sizes == std::vector<std::size_t>{1000, 2001, 5004, 8007});
}

TEST_CASE("a fact comes again as often as it was left unacknowledged") {
    PendingLines pending;
    pending.add(1, {"told"}, {"told"});
    pending.pass();
    pending.add(2, {"twin"}, {"twin"});
    pending.add(3, {"twin"}, {"twin"});
    pending.add(4, {}, {"known"});
    CHECK_FALSE(pending.came_before("twin"));  // the connection is as it was
    pending.forget_tags();
    CHECK_FALSE(pending.came_before("told"));
    CHECK(pending.came_before("known"));
    CHECK_FALSE(pending.came_before("known"));
    CHECK(pending.came_before("twin"));
    pending.add(1, {}, {"twin"});  // one has come again when the connection is lost anew
    pending.forget_tags();
    CHECK(pending.came_before("twin"));
    CHECK(pending.came_before("twin"));
    CHECK_FALSE(pending.came_before("twin"));  // a third looks like them, and is another
}

TEST_CASE("only so many facts are known that may come again") {
    PendingLines pending;
    for (int i = 0; i < 30'000; ++i) pending.add(1, {}, {std::to_string(i)});
    pending.forget_tags();
    int known = 0;
    for (int i = 0; i < 30'000; ++i) known += pending.came_before(std::to_string(i)) ? 1 : 0;
    CHECK(known == 20'000);
}

TEST_CASE("the oldest are given up, and what had no line is no loss") {
    PendingLines pending;
    pending.add(1, {"old"});
    pending.forget_tags();
    pending.add(1, {});  // the same message again
    pending.add(2, {"a", "b"});
    pending.add(3, {"c"});
    const auto given_up = pending.give_up(3);
    CHECK(given_up.messages == 2);
    CHECK(given_up.lines == 3);
    CHECK(given_up.passed.messages == 2);
    CHECK(given_up.passed.tag == 2);
    CHECK(pending.lines() == 1);
    CHECK(pending.next() == "c");
    CHECK(pending.give_up(5).messages == 1);
    CHECK(pending.give_up(5).messages == 0);
}

TEST_CASE("messages without lines need no post") {
    PendingLines pending;
    pending.add(7, {});
    CHECK(pending.next().empty());
    CHECK(pending.pass().tag == 7);
}
