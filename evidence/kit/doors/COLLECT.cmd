@echo off
rem Collects evidence from this Windows with what is in this folder, and nothing else.
rem All code is ASCII; Japanese stands at the end in code page 932, for consoles that have it.
setlocal EnableExtensions DisableDelayedExpansion
rem A variable of this name would stand before every program's own exit code.
set "ERRORLEVEL="
set "KIT=%~dp0"
set "PYTHON=%KIT%app\windows\python\python.exe"
"%PYTHON%" -I -S -B -c "" 2>nul
if not "%ERRORLEVEL%"=="0" goto :cannot
"%PYTHON%" -I -B -X utf8 "%KIT%app\start.py" %*
set "CODE=%ERRORLEVEL%"
goto :end

:cannot
set "PAGE="
for /f "tokens=2 delims=:" %%c in ('"%SystemRoot%\System32\chcp.com"') do set "PAGE=%%c"
set "PAGE=%PAGE: =%"
if "%PAGE%"=="932" for /f "tokens=1,* delims==" %%a in ('""%SystemRoot%\System32\findstr.exe" /b /c:"#cannot=" "%~f0""') do echo %%b
echo This kit can't be started here: it is damaged, or something on this machine keeps it from running.
echo Use another kit, or COLLECT-NATIVE.cmd. Do not switch off what protects this machine.
set "CODE=4"

:end
rem A window that a double-click opened would close over the number that is to be told. Where input is
rem no keyboard, this program ends at once.
if "%~1"=="" "%SystemRoot%\System32\timeout.exe" /t -1 2>nul
exit /b %CODE%

#cannot=このキットはここでは起動できません。壊れているか、この端末の何かが止めています。別のキットか COLLECT-NATIVE.cmd を使ってください。端末の保護は切らないでください。
