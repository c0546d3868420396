# .ac files in CMake projects:   find_package(acc REQUIRED)
#                                add_executable(server main.c)
#                                acc_target_sources(server net.ac http.ac)
#
# An .ac file is a C source that acc compiles with what the target's C files are compiled with. x.ac.h, its interface header, is
# made before anything of the target is compiled, and is found by the target and by those that link it. The runtime, acc::acc, is linked.
# For Ninja and Makefiles; called in the directory of the target. Files that include each other's headers stand in one call.
cmake_policy(VERSION 3.20...3.25)

find_program(ACC_EXECUTABLE acc HINTS "${CMAKE_CURRENT_LIST_DIR}" "${CMAKE_CURRENT_LIST_DIR}/../../bin" REQUIRED)
mark_as_advanced(ACC_EXECUTABLE)

if(NOT TARGET acc::acc)
    execute_process(COMMAND "${ACC_EXECUTABLE}" --cflags OUTPUT_VARIABLE acc_cflags COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND "${ACC_EXECUTABLE}" --libs OUTPUT_VARIABLE acc_libs COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX REPLACE "^-I(.*) -fno-tree-.*" "\\1" acc_include "${acc_cflags}")
    string(REGEX REPLACE " -pthread\n$" "" acc_library "${acc_libs}")
    add_library(acc::acc INTERFACE IMPORTED GLOBAL)
    set_target_properties(acc::acc PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${acc_include}" INTERFACE_LINK_LIBRARIES "${acc_library};-pthread")
endif()

# Writes what the C files of the target are compiled with, for acc --header. Not seen are options that begin with SHELL:, and those
# of single files.
function(_acc_write_options target file)
    set(text "${CMAKE_C_FLAGS}\n")
    foreach(config IN LISTS CMAKE_BUILD_TYPE CMAKE_CONFIGURATION_TYPES)
        string(TOUPPER "${config}" upper)
        string(APPEND text "$<$<CONFIG:${config}>:${CMAKE_C_FLAGS_${upper}}\n>")
    endforeach()
    if(CMAKE_SYSROOT)
        string(APPEND text "'--sysroot=${CMAKE_SYSROOT}'\n")
    endif()
    if(CMAKE_C_COMPILER_TARGET AND CMAKE_C_COMPILE_OPTIONS_TARGET)
        string(APPEND text "${CMAKE_C_COMPILE_OPTIONS_TARGET}${CMAKE_C_COMPILER_TARGET}\n")
    endif()
    # The last of several counts.
    set(extensions "$<TARGET_PROPERTY:C_EXTENSIONS>")
    foreach(year 90 99 11 17 23)
        set(is_wanted "$<STREQUAL:$<TARGET_PROPERTY:C_STANDARD>,${year}>,$<IN_LIST:c_std_${year},$<TARGET_PROPERTY:COMPILE_FEATURES>>")
        string(APPEND text "$<$<OR:${is_wanted}>:$<IF:$<OR:$<STREQUAL:${extensions},>,$<BOOL:${extensions}>>,"
            "${CMAKE_C${year}_EXTENSION_COMPILE_OPTION},${CMAKE_C${year}_STANDARD_COMPILE_OPTION}>\n>")
    endforeach()
    set(options "$<FILTER:$<TARGET_PROPERTY:COMPILE_OPTIONS>,EXCLUDE,^SHELL:>")
    string(APPEND text "$<$<BOOL:${options}>:'$<JOIN:${options},'\n'>'\n>")
    foreach(pair -D=COMPILE_DEFINITIONS -I=INCLUDE_DIRECTORIES)
        string(REGEX MATCH "^(..)=(.*)" pair "${pair}")
        set(list "$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:${CMAKE_MATCH_2}>>")
        string(APPEND text "$<$<BOOL:${list}>:'${CMAKE_MATCH_1}$<JOIN:${list},'\n'${CMAKE_MATCH_1}>'\n>")
    endforeach()
    file(GENERATE OUTPUT "${file}-$<COMPILE_LANGUAGE>-$<CONFIG>" CONTENT "${text}" TARGET ${target})
endfunction()

# The target is compiled by acc, and linked with the runtime; a library leaves that to the program.
function(_acc_adopt target)
    get_property(launcher TARGET ${target} PROPERTY C_COMPILER_LAUNCHER)
    if(launcher MATCHES ";--launch")
        return()
    endif()
    set_property(TARGET ${target} PROPERTY C_COMPILER_LAUNCHER "${ACC_EXECUTABLE}" --launch ${launcher})
    target_include_directories(${target} SYSTEM PRIVATE $<TARGET_PROPERTY:acc::acc,INTERFACE_INCLUDE_DIRECTORIES>)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
        set_property(TARGET ${target} APPEND PROPERTY LINK_LIBRARIES acc::acc)
    else()
        set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES acc::acc)
    endif()
    _acc_write_options(${target} "${CMAKE_CURRENT_BINARY_DIR}/${target}_acc/options")
endfunction()

# Of some names, a.ac or b/c.ac, those whose headers a file includes. Once its own header is made, a depfile knows them.
function(_acc_find_included path names result)
    set(found "")
    set(lines "")
    if(EXISTS "${path}")        # the build may make it
        file(STRINGS "${path}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*\"[^\"]*\\.ac\\.h\"")
    endif()
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^[^\"]*\"([^\"]*)\\.h\".*" "\\1" included "${line}")
        foreach(name IN LISTS names)
            string(FIND "/${name}\n" "/${included}\n" at)
            if(NOT at EQUAL -1)
                list(APPEND found "${name}")
            endif()
        endforeach()
    endforeach()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

# Makes the header of a file. One that comes out as it was is left alone, and so is what includes it.
function(_acc_add_header target path name needed)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}_acc")
    set(made "${folder}/made/${name}.h")
    set(header "${folder}/include/${name}.h")
    set(options "${folder}/options-C-$<CONFIG>")
    list(TRANSFORM needed REPLACE "(.+)" "${folder}/made/\\1.h")
    get_filename_component(made_folder "${made}" DIRECTORY)
    get_filename_component(header_folder "${header}" DIRECTORY)
    file(MAKE_DIRECTORY "${made_folder}" "${header_folder}")
    add_custom_command(OUTPUT "${made}" BYPRODUCTS "${header}"
        COMMAND "${ACC_EXECUTABLE}" --launch ${CMAKE_C_COMPILER} "@${options}" --header -MD -MF "${made}.d" -o "${made}" "${path}"
        COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${made}" "${header}"
        DEPENDS "${path}" "${options}" "${ACC_EXECUTABLE}" ${needed} DEPFILE "${made}.d"
        COMMENT "Interface header of ${name}" VERBATIM)
    target_sources(${target} PRIVATE "${made}")
    target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${folder}/include>" "$<BUILD_INTERFACE:${header_folder}>")
endfunction()

function(acc_target_sources target)
    _acc_adopt(${target})
    set(paths "")
    set(names "")
    foreach(source IN LISTS ARGN)
        get_filename_component(path "${source}" ABSOLUTE)
        file(RELATIVE_PATH name "${CMAKE_CURRENT_SOURCE_DIR}" "${path}")
        string(REGEX REPLACE "^\\.\\./.*/|^\\.\\./" "" name "${name}")
        list(APPEND paths "${path}")
        list(APPEND names "${name}")
    endforeach()
    foreach(path name IN ZIP_LISTS paths names)
        set(others "${names}")
        list(REMOVE_ITEM others "${name}")
        _acc_find_included("${path}" "${others}" needed)
        _acc_add_header(${target} "${path}" "${name}" "${needed}")
        target_sources(${target} PRIVATE "${path}")
        set_source_files_properties("${path}" PROPERTIES LANGUAGE C OBJECT_DEPENDS "${ACC_EXECUTABLE}"
            COMPILE_OPTIONS "-include;acc/editor.h" SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
endfunction()
