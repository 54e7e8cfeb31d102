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
    CHECK(pending.messages() == 1);
    CHECK(pending.unacknowledged() == 0);
    pending.add(1, {});  // the first message again, of another connection
    CHECK(pending.unacknowledged() == 1);
    CHECK(pending.next() == "a");
    const auto passed = pending.pass();
    CHECK(passed.tag == 1);
    CHECK(passed.messages == 1);
}

TEST_CASE("a post is bounded, and always holds one message") {
    PendingLines pending;
    const std::string large(100'000, 'x');
    pending.add(1, {large, large, large});
    for (std::uint64_t tag = 2; tag < 10; ++tag) pending.add(tag, {large});
    CHECK(pending.next().size() == 3 * large.size() + 2);
    CHECK(pending.pass().tag == 1);
    CHECK(pending.next().size() == 2 * large.size() + 1);
    CHECK(pending.pass().tag == 3);
}

TEST_CASE("messages without lines need no post") {
    PendingLines pending;
    pending.add(7, {});
    CHECK(pending.next().empty());
    CHECK(pending.pass().tag == 7);
}
