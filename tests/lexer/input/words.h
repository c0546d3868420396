#pragma once
async int in_words(int);
#include "plain.h"
