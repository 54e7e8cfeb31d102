#include "intake/reject_explanation.h"

namespace ordertrace {

std::string_view explanation(RejectReason reason) {
    switch (reason) {
        case RejectReason::marker: return "no event; a line begins with ord1, a JSON event with {";
        case RejectReason::version: return "another version of the protocol; only ord1 and \"v\":1 are understood";
        case RejectReason::verb: return "no verb; after ord1 comes a word of at most 16 letters, such as end or status";
        case RejectReason::order: return "no order; the third word is the order id (- for beat only)";
        case RejectReason::order_long: return "the order id is over 128 bytes; cut, it could be another order's";
        case RejectReason::json: return "no JSON event; an object, an array of objects, or one object a line is";
    }
    return "rejected";
}

}  // namespace ordertrace
