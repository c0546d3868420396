#ifndef TWICE_H
#define TWICE_H
int first_reading;
#endif
#if defined SECOND && !defined SECOND_DONE
#define SECOND_DONE
int second_reading;
#endif
