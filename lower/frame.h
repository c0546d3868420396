// The layout of a frame: a tree of C structs, unions and fields whose offsets acc computes as the compiler will.
//
//     struct echo_frame {
//         struct ac_node node;                       0
//         union {
//             long result;                           8   stored when it has finished
//             struct {
//                 char buf[4096];                    8   resident: one address for its whole life
//                 union {
//                     struct { int fd; long total; struct ac_read_frame child; } at1;
//                     struct { ... } at2;            a place per suspension point
#ifndef ACC_LOWER_FRAME_H
#define ACC_LOWER_FRAME_H

#include "lower/async.h"

enum piece_kind { PIECE_FIELD, PIECE_STRUCT, PIECE_UNION };

// A field, or a struct or union of pieces. Sizes in bytes; offset from the beginning of the frame.
struct piece {
    enum piece_kind kind;
    const char *name;           // of the field, or of a named struct; NULL: anonymous
    const char *decl;           // a field's declaration, without `;`
    const char *comment;        // NULL: none
    struct local *local;        // what a field holds; NULL: node, result, child ...
    struct point *point;        // the struct of a suspension point, and in it
    bool is_filler;             // bytes that are another piece's
    bool is_aligned;            // beyond its type, which its declaration does not say
    struct piece *child;        // the callee's frame or a pointer to it; NULL: it lies elsewhere
    uint64_t size, offset;
    uint64_t used;              // without the padding at its end
    uint32_t align;
    struct piece *first, **last, *next;
};

// An empty struct or union; a field.
struct piece *piece_new(struct unit *u, enum piece_kind kind, const char *name);
struct piece *piece_field(struct unit *u, const char *name, const char *decl, uint64_t size, uint32_t align);
void piece_add(struct piece *to, struct piece *child);
// Sizes, and offsets from the beginning of the piece, as the C compiler will compute them.
void piece_measure(struct piece *p);
// Bytes of struct ac_slot: five pointers and two words of 32 bits, aligned as frames are.
uint32_t slot_size(const struct unit *u);
// Bytes of the locals that a suspension point's struct holds.
uint64_t frame_kept_bytes(const struct piece *point);
// Appends the definition of the frame struct and the assertions about it.
void frame_print(struct unit *u, const struct async *a, struct buf *out);

#endif
