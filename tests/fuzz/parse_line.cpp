#include "event_rules.h"

using namespace ordertrace;

FUZZ_TARGET(parse_line) {
    if (input.size() > 65'507) return;
    fuzz::read_by_the_rules(input);
}
