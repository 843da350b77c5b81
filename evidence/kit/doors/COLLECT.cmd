@echo off
rem Collects evidence from this Windows with what is in this folder, and nothing else: no other program
rem of this machine is run, so no variable of its own can say which. Code page 932 for the Japanese.
setlocal EnableExtensions DisableDelayedExpansion
rem A variable of this name would stand before every program's own exit code.
set "ERRORLEVEL="
set "KIT=%~dp0"
set "PYTHON=%KIT%app\windows\python\python.exe"
"%PYTHON%" -I -S -B -c "" 2>nul
if not "%ERRORLEVEL%"=="0" goto :cannot
rem Whether somebody sits before it who gave no options. Where input is no keyboard, "pause" would wait
rem for ever.
set "TYPED="
if "%~1"=="" "%PYTHON%" -I -S -B -c "import sys; sys.exit(not sys.stdin.isatty())" 2>nul && set "TYPED=1"
rem From a slow stick that takes a while, and with options it says at once what it does.
if defined TYPED call :starting >&2
"%PYTHON%" -I -B -X utf8 "%KIT%app\start.py" %*
set "CODE=%ERRORLEVEL%"
rem A window that a double-click opened would close over the number that is to be told.
if defined TYPED pause
exit /b %CODE%

:starting
echo Starting. Press nothing before the first question; that can take a minute.
echo 起動しています。最初の質問が出るまで、1分ほど何も押さずにお待ちください。
exit /b 0

:cannot
echo This kit can't be started here: it is damaged, or something on this machine keeps it from running.
echo Use another kit, or native\COLLECT-NATIVE.cmd. Do not switch off what protects this machine.
echo このキットはここでは起動できません。壊れているか、この端末の何かが止めています。
echo 別のキットか native フォルダーの COLLECT-NATIVE.cmd を使ってください。端末の保護は切らないでください。
if "%~1"=="" pause
exit /b 4
