async int g(void); @
