#include "settings/values.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "settings/addresses.h"
#include "settings/variables.h"
#include "unit/settings/settings_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

TEST_CASE("durations carry units") {
    struct Row {
        const char* text;
        std::int64_t micros;
        const char* shown;
    };
    auto row = GENERATE(values<Row>({{"0", 0, "0"},
                                     {"0s", 0, "0"},
                                     {"1us", 1, "1us"},
                                     {"200ms", 200'000, "200ms"},
                                     {"5s", 5'000'000, "5s"},
                                     {"15m", 900'000'000, "15m"},
                                     {"24h", 86'400'000'000, "1d"},
                                     {"10d", 864'000'000'000, "10d"},
                                     {"1h30m", 5'400'000'000, "90m"},
                                     {"1d1us", 86'400'000'001, "86400000001us"}}));
    CAPTURE(row.text);
    REQUIRE(judge_duration(row.text));
    CHECK(judge_duration(row.text)->count() == row.micros);
    CHECK(to_text(Duration{row.micros}) == row.shown);
}

TEST_CASE("what is no duration is refused") {
    const auto* text = GENERATE("", "s", "5", "5 s", "5S", "-1s", "1.5h", "5m5h", "5s5s", "106751992d",
                                "9223372036854775807us1us", "99999999999999999999d", "200000000d1d");
    CAPTURE(text);
    CHECK_FALSE(judge_duration(text));
}

TEST_CASE("sizes are bytes or binary units") {
    struct Row {
        const char* text;
        std::uint64_t bytes;
        const char* shown;
    };
    auto row = GENERATE(values<Row>({{"0", 0, "0"},
                                     {"212992", 212992, "208KiB"},
                                     {"1000", 1000, "1000"},
                                     {"64KiB", 65536, "64KiB"},
                                     {"8MiB", 8388608, "8MiB"},
                                     {"2048MiB", 2147483648, "2GiB"},
                                     {"1TiB", 1099511627776, "1TiB"},
                                     {"7B", 7, "7"}}));
    CAPTURE(row.text);
    REQUIRE(parse_size(row.text));
    CHECK(*parse_size(row.text) == row.bytes);
    CHECK(size_text(row.bytes) == row.shown);
}

TEST_CASE("a size that could be meant in two ways is asked back") {
    struct Row {
        const char* text;
        const char* hint;
    };
    auto row = GENERATE(values<Row>({{"8MB", "did you mean 8MiB?"},
                                     {"8M", "did you mean 8MiB?"},
                                     {"8mib", "did you mean 8MiB?"},
                                     {"1kb", "did you mean 1KiB?"},
                                     {"5b", "did you mean 5B?"},
                                     {"8MiBs", "write bytes, or 64KiB, 8MiB, 1GiB"},
                                     {"99999999999TiB", "write bytes, or 64KiB, 8MiB, 1GiB"},
                                     {"", "write bytes, or 64KiB, 8MiB, 1GiB"}}));
    CAPTURE(row.text);
    REQUIRE_FALSE(parse_size(row.text));
    CHECK(parse_size(row.text).error().hint == row.hint);
}

TEST_CASE("durations and sizes read back as they are shown") {
    CHECK(rc::check([](std::int64_t number) {
        const auto micros = number & std::numeric_limits<std::int64_t>::max();
        RC_ASSERT(judge_duration(to_text(Duration{micros})) == Duration{micros});
        const auto bytes = static_cast<std::uint64_t>(micros);
        RC_ASSERT(parse_size(size_text(bytes)) == bytes);
    }));
}

TEST_CASE("variables are replaced inside a text") {
    struct Row {
        const char* text;
        const char* want;
    };
    auto row = GENERATE(values<Row>({{"plain $ text $x {}", "plain $ text $x {}"},
                                     {"${PRESENT}", "here"},
                                     {"<${PRESENT}|${PRESENT}>", "<here|here>"},
                                     {"${EMPTY}", ""},
                                     {"${EMPTY:-x}", "x"},
                                     {"${MISSING:-}", ""},
                                     {"${MISSING:-a:-b}", "a:-b"},
                                     {"${PRESENT:-x}", "here"},
                                     {"${PRESENT:?needed}", "here"},
                                     {"$${PRESENT}", "${PRESENT}"},
                                     {"$$${PRESENT}", "$${PRESENT}"},
                                     {"$$", "$$"}}));
    CAPTURE(row.text);
    const auto got = replace_variables(row.text, test_environment);
    REQUIRE(got);
    CHECK(*got == row.want);
}

TEST_CASE("the process's own environment can be asked") {
    const auto lookup = process_environment();
    CHECK(lookup("PATH"));
    CHECK_FALSE(lookup("ORDERTRACE_NO_SUCH_VARIABLE"));
}

TEST_CASE("endpoints read back as they are shown") {
    const std::string text = GENERATE("127.0.0.1:4747", "0.0.0.0:0", "[::1]:4747", "[fd00::1]:65535");
    CAPTURE(text);
    REQUIRE(parse_endpoint(text));
    CHECK(to_string(*parse_endpoint(text)) == text);
}

TEST_CASE("loopback is what other hosts cannot reach") {
    struct Row {
        const char* text;
        bool loopback;
    };
    auto row = GENERATE(values<Row>({{"127.0.0.1:1", true},
                                     {"127.255.0.9:1", true},
                                     {"[::1]:1", true},
                                     {"[::ffff:127.0.0.1]:1", true},
                                     {"0.0.0.0:1", false},
                                     {"[::]:1", false},
                                     {"[::ffff:10.0.0.1]:1", false},
                                     {"10.0.0.1:1", false}}));
    CAPTURE(row.text);
    REQUIRE(parse_endpoint(row.text));
    CHECK(parse_endpoint(row.text)->loopback == row.loopback);
}

TEST_CASE("a slip of the finger finds the name that was meant") {
    const std::vector<std::string> names{"overdue_after", "give_up_after", "max_open", "udp", "warning"};
    struct Row {
        const char* name;
        const char* want;
    };
    auto row = GENERATE(values<Row>({{"overdue_afer", "did you mean overdue_after?"},
                                     {"maxOpen", "did you mean max_open?"},
                                     {"max_opne", "did you mean max_open?"},
                                     {"UDP", "did you mean udp?"},
                                     {"warn", "did you mean warning?"},
                                     {"tcp", ""},
                                     {"", ""},
                                     {"completely_different", ""}}));
    CAPTURE(row.name);
    CHECK(nearest_name_hint(row.name, names) == row.want);
}
