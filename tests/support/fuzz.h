// One body, two lives: with ORDERTRACE_FUZZ the entry of libFuzzer, else a Catch test that replays the corpus
// tests/fuzz/corpus/<name>/, so that what was once found stays found.
//   FUZZ_TARGET(parse_line) { require(!read(input).empty()); }
#pragma once

#include <string_view>

#ifdef ORDERTRACE_FUZZ

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#define FUZZ_TARGET(name)                                                               \
    static void fuzz_##name(std::string_view input);                                    \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        fuzz_##name(std::string_view{reinterpret_cast<const char*>(data), size});       \
        return 0;                                                                       \
    }                                                                                   \
    static void fuzz_##name(std::string_view input)

namespace ordertrace::fuzz {
inline void fail(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    std::abort();
}
}  // namespace ordertrace::fuzz

#define require(condition) ((condition) ? void() : ordertrace::fuzz::fail(#condition, __FILE__, __LINE__))

#else

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ordertrace::fuzz {
inline void replay(const char* name, void (*body)(std::string_view)) {
    const auto corpus = std::filesystem::path{ORDERTRACE_SOURCE_DIR} / "tests/fuzz/corpus" / name;
    std::size_t inputs = 0;
    for (const auto& file : std::filesystem::directory_iterator{corpus}) {
        std::ifstream stream{file.path(), std::ios::binary};
        const std::string input{std::istreambuf_iterator<char>{stream}, {}};
        CAPTURE(file.path().filename());
        body(input);
        ++inputs;
    }
    CHECK(inputs > 0);
}
}  // namespace ordertrace::fuzz

#define FUZZ_TARGET(name)                                                           \
    static void fuzz_##name(std::string_view input);                                \
    TEST_CASE("corpus of " #name) { ordertrace::fuzz::replay(#name, fuzz_##name); } \
    static void fuzz_##name(std::string_view input)

#define require(condition) REQUIRE(static_cast<bool>(condition))

#endif
